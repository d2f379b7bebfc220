import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { formatDuration } from './config/duration.js';
import { redactUrl } from './config/endpoint.js';
import { type AgentConfig, instrumentationOptions } from './config/load.js';
import type { ExportBranch } from './export/branch.js';
import { FanOutExporter } from './export/fan-out-exporter.js';
import { Grid } from './export/grid.js';
import { GridReader } from './export/grid-reader.js';
import { HostMetrics } from './export/host-metrics.js';
import { Link } from './export/link.js';
import { OtlpBranch } from './export/otlp-branch.js';
import { createOtlpExporter } from './export/otlp-exporter.js';
import { History } from './history/history.js';
import { listedOnly, withKept } from './listed.js';
import { LocalBranch } from './local-branch.js';
import { log } from './log.js';
import { agentResource, hostIdentity } from './resource.js';

/** A running agent. */
export interface Agent {
  /** Collects once more, tries one export, and ends every timer and callback. Settles within five seconds. */
  stop(): Promise<void>;
}

/**
 * Builds everything from one configuration and starts to collect.
 * @param branches where cycles go beside OTLP
 */
export async function startAgent(
  config: AgentConfig,
  branches: readonly ExportBranch[] = [],
): Promise<Agent> {
  const resource = await agentResource({ ...config.resource });
  const otlp = otlpBranch(config);
  const history = new History(config.history, config.intervalMillis);
  const listed = [...(otlp ? [otlp] : []), ...branches].map((branch) => listedOnly(branch, config));
  const exporter = new FanOutExporter([...listed, new LocalBranch(config.intervalMillis, [history])]);
  const grid = new Grid(config.intervalMillis, hostIdentity(resource.attributes));
  const host = new HostMetrics({ ...instrumentationOptions(config), metrics: withKept(config.metrics) });
  const reader = new GridReader(exporter, grid, [host]);
  const provider = new MeterProvider({ resource, readers: [reader] });
  reader.start();
  log.info(`counting ${config.metrics.join(', ')} every ${formatDuration(config.intervalMillis)}`);
  return {
    async stop() {
      await provider.shutdown();
      host.stop();
    },
  };
}

function otlpBranch({ otlp }: AgentConfig): OtlpBranch | undefined {
  if (otlp === undefined) {
    log.info('OTEL_METRICS_EXPORTER=none: nothing is sent over OTLP');
    return undefined;
  }
  const proxy = otlp.proxy === undefined ? '' : ` through the proxy ${redactUrl(otlp.proxy)}`;
  log.info(`sending to ${redactUrl(otlp.url)}${proxy}`);
  const link = new Link(otlp.url);
  return new OtlpBranch(
    createOtlpExporter(otlp, (answer) => link.answered(answer)),
    link,
  );
}
