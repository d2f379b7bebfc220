import type { Alerts } from '../alerts/alerts.js';
import { formatAlerts, formatConfig } from '../config/format.js';
import type { AgentConfig } from '../config/load.js';
import type { Link } from '../export/link.js';
import type { History } from '../history/history.js';
import { onlyListed } from '../listed.js';
import { AGENT_VERSION } from '../version.js';
import type { AppSources } from './app.js';
import { health } from './health.js';
import type { Kept } from './kept.js';
import type { Now } from './now.js';

/** The parts of a running agent that have something to tell. */
export interface Parts {
  readonly now: Now;
  readonly kept: Kept;
  readonly history: History;
  /** `undefined` where nothing is sent over OTLP. */
  readonly link: Link | undefined;
  readonly host: string;
  /** `undefined` where nothing is judged. */
  readonly alerts: Alerts | undefined;
}

/** What the dashboard tells of a running agent. */
export function dashboardSources(
  config: AgentConfig,
  { now, kept, history, link, host, alerts }: Parts,
): AppSources {
  const startedAt = Date.now();
  const configuration = formatConfig(config);
  return {
    now,
    buckets: (question) => history.buckets(question),
    alerts: alerts && {
      report: () => alerts.report(),
      events: () => alerts.events,
      silencedUntil: () => alerts.silencedUntil,
      silence: (until) => alerts.silence(until),
      configuration: formatAlerts(config),
    },
    listed: () => now.last && onlyListed(now.last.metrics, config),
    status: () => ({
      version: AGENT_VERSION,
      host,
      now: Date.now(),
      startedAt,
      intervalMillis: config.intervalMillis,
      retentionMillis: config.history.retentionMillis,
      metrics: config.metrics,
      collector: link?.report() ?? { state: 'off' },
      health: health(now, kept, config.intervalMillis, startedAt),
      configuration,
    }),
  };
}
