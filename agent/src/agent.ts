import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Alerts } from './alerts/alerts.js';
import { rulesOf } from './alerts/rules/index.js';
import { observeAlerts } from './alerts/state-metric.js';
import { typedFor } from './commands/typed-for.js';
import { formatDuration } from './config/duration.js';
import { redactUrl } from './config/endpoint.js';
import { type AgentConfig, instrumentationOptions } from './config/load.js';
import type { OtlpConfig } from './config/otlp.js';
import { controlApp } from './control/app.js';
import { ControlSocket } from './control/control-socket.js';
import { socketPath } from './control/place.js';
import { Dashboard } from './dashboard/dashboard.js';
import { Kept } from './dashboard/kept.js';
import { Now } from './dashboard/now.js';
import { dashboardSources, type Parts } from './dashboard/sources.js';
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
import { channelsOf } from './notify/channels/index.js';
import { Heartbeat } from './notify/heartbeat.js';
import { Notifier } from './notify/notifier.js';
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
  const { otlp } = config;
  const link = otlp && new Link(otlp.url);
  const history = new History(config.history, config.intervalMillis);
  const now = new Now();
  const kept = new Kept(history);
  const hostName = String(resource.attributes['host.name'] ?? 'localhost');
  const alerts = alertsOf(config, history, hostName);
  const heartbeat = heartbeatOf(config);
  const listed = [...(otlp && link ? [otlpBranch(otlp, link)] : []), ...branches];
  const exporter = new FanOutExporter([
    ...listed.map((branch) => listedOnly(branch, config)),
    new LocalBranch(config.intervalMillis, [
      history,
      now,
      kept,
      ...(alerts === undefined ? [] : [alerts]),
      ...(heartbeat === undefined ? [] : [heartbeat]),
    ]),
  ]);
  const grid = new Grid(config.intervalMillis, hostIdentity(resource.attributes));
  const host = new HostMetrics({ ...instrumentationOptions(config), metrics: withKept(config) });
  const reader = new GridReader(exporter, grid, [host]);
  const provider = new MeterProvider({ resource, readers: [reader] });
  if (alerts !== undefined) observeAlerts(provider, alerts);
  reader.start();
  sayWhatIsDone(config);
  const parts = { now, kept, history, link, alerts, host: hostName };
  const dashboard = dashboardOf(config, parts);
  dashboard?.start();
  const control = new ControlSocket(
    socketPath(config.history.directory),
    controlApp(history, dashboard, alerts),
  );
  return {
    async stop() {
      dashboard?.stop();
      await Promise.all([control.close(), provider.shutdown()]);
      host.stop();
    },
  };
}

function otlpBranch(otlp: OtlpConfig, link: Link): OtlpBranch {
  return new OtlpBranch(
    createOtlpExporter(otlp, (answer) => link.answered(answer)),
    link,
  );
}

function alertsOf(config: AgentConfig, history: History, host: string): Alerts | undefined {
  const { alerts, intervalMillis, proc, loopback } = config;
  if (alerts === undefined) return undefined;
  const { directory } = config.history;
  const rules = rulesOf(alerts.rules, intervalMillis);
  const { url } = config.dashboard;
  const teller = notifierOf(config, alerts.cooldownMillis, host);
  return new Alerts({ rules, intervalMillis, directory, history, proc, loopback, url, teller });
}

function notifierOf(config: AgentConfig, cooldownMillis: number, host: string): Notifier | undefined {
  const { notify, dashboard, history } = config;
  const channels = notify === undefined ? [] : channelsOf(notify);
  if (notify === undefined || channels.length === 0) return undefined;
  const { directory } = history;
  return new Notifier({ ...notify, channels, cooldownMillis, directory, host, dashboard: dashboard.url });
}

function heartbeatOf({ notify }: AgentConfig): Heartbeat | undefined {
  if (notify?.heartbeat === undefined) return undefined;
  const { url, proxy } = notify.heartbeat;
  return new Heartbeat({ url, proxy: proxy?.value });
}

function dashboardOf(config: AgentConfig, parts: Parts): Dashboard | undefined {
  const { listen } = config.dashboard;
  const again = typedFor('dashboard', config.file);
  return (
    listen && new Dashboard(listen, config.dashboard, dashboardSources(config, parts), parts.host, again)
  );
}

function sayWhatIsDone({ otlp, metrics, intervalMillis }: AgentConfig): void {
  if (otlp === undefined) log.info('OTEL_METRICS_EXPORTER=none: nothing is sent over OTLP');
  else {
    const proxy = otlp.proxy === undefined ? '' : ` through the proxy ${redactUrl(otlp.proxy)}`;
    log.info(`sending to ${redactUrl(otlp.url)}${proxy}`);
  }
  log.info(`counting ${metrics.join(', ')} every ${formatDuration(intervalMillis)}`);
}
