import { prometheusRules } from '../alerts/prometheus/rule-file.js';
import type { AgentConfig } from '../config/load.js';
import { answer } from './answer.js';

/**
 * Prints what is judged as a rule file of Prometheus.
 * @throws {Error} where nothing is judged
 */
export async function rules({ alerts, intervalMillis, dashboard }: AgentConfig): Promise<void> {
  if (alerts === undefined)
    throw new Error('the configuration says `alerts: false`: there are no rules to print');
  await answer(prometheusRules(alerts.rules, intervalMillis, dashboard.url));
}
