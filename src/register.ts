/**
 * Zero-code entry: `node --import <an SDK's registration> --import opentelemetry-instrumentation-tcp-connections/register app.js`.
 *
 * Reads agent.env.yml (SCOUT_AGENT_CONFIG, else the default place, else the built-in defaults) and observes on the global
 * meter provider. Nothing that goes wrong here stops the application: it is told through `diag` and as a process warning,
 * because `diag` is silent where nobody has set a logger.
 *
 * There is no top-level await, so that `--require` loads it as well where Node allows that for ES modules.
 */
import { createNoopMeter, diag, metrics } from '@opentelemetry/api';
import { readAgentConfig } from './config/index.js';
import { TcpConnectionsInstrumentation } from './instrumentation.js';
import { PACKAGE_NAME } from './version.js';

register().catch((error: unknown) => {
  tell(`nothing is observed: ${error instanceof Error ? error.message : String(error)}`);
});

async function register(): Promise<void> {
  if (metricsAreOff()) return;
  // Asked before anything is awaited, so that an SDK that the application itself starts is never there by chance.
  const provider = metrics.getMeterProvider();
  const options = await readAgentConfig();
  if (provider.getMeter(PACKAGE_NAME) === createNoopMeter()) {
    tell(
      'nothing is observed: no global MeterProvider is set; load the module that starts the SDK before this one, ' +
        'and have it export metrics (OTEL_METRICS_EXPORTER=otlp)',
    );
    return;
  }
  const instrumentation = new TcpConnectionsInstrumentation({ ...options, enabled: false });
  instrumentation.setMeterProvider(provider);
  instrumentation.enable();
}

/** Whether the user has switched the SDK or its metrics off, which is nothing to warn of. */
function metricsAreOff(): boolean {
  const { OTEL_SDK_DISABLED, OTEL_METRICS_EXPORTER } = process.env;
  return OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || OTEL_METRICS_EXPORTER?.trim() === 'none';
}

function tell(message: string): void {
  diag.error(`${PACKAGE_NAME}/register: ${message}`);
  process.emitWarning(message, { type: 'TcpConnectionsWarning', detail: `${PACKAGE_NAME}/register` });
}
