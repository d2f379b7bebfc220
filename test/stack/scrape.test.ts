/** What Prometheus scrapes of an agent, beside what the same agent sends over OTLP. */
import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { namespaceRefusal } from '../support/namespace.js';
import { startAgent } from './agent.js';
import { startCollector } from './collector.js';
import { DASHBOARD_PORT } from './ports.js';
import { samplesOf, startPrometheus } from './prometheus.js';
import { openStack, type Stack } from './stack.js';

const refusal = namespaceRefusal();

const TOKEN = 'of-sixteen-or-more';

const AGENT = `
metrics: [tcp_states, tcp_port_utilization, tcp_listen_overflows, cpu_percent, net_rx_bytes, net_tx_bytes, net_errors]
ports: [443]
interfaces: {include: [lo]}
dashboard: {listen: "0.0.0.0:${DASHBOARD_PORT}", token: ${TOKEN}}
`;

const SCRAPE = `
scrape_configs:
  - job_name: scraped
    scrape_interval: 1s
    authorization: {credentials: ${TOKEN}}
    static_configs: [{targets: ["127.0.0.1:${DASHBOARD_PORT}"]}]
`;

/** Its one complaint; over OTLP Prometheus gives the metric the same name. */
const NAME_OF_THE_CONVENTIONS =
  'system_network_connection_count non-histogram and non-summary metrics should not have "_count" suffix\n';

const AGENTS_OWN = '{__name__=~"(system|scout)_.+"';

/** Names and labels without those that say how a series came. */
async function seriesOf(stack: Stack, job: string): Promise<string[]> {
  const series = await samplesOf(stack, `${AGENTS_OWN},job="${job}"}`);
  const kept = ({ job: _, instance: __, ...labels }: Record<string, string>) => labels;
  return series.map(({ labels }) => JSON.stringify(Object.entries(kept(labels)).sort())).sort();
}

test.skipIf(refusal)(
  'a scrape gives the names and labels that OTLP gives, and promtool has nothing against its form',
  async () => {
    const stack = await openStack({ ipv4: 30, ipv6: 20 });
    await startPrometheus(stack, SCRAPE);
    await startCollector(stack);
    await startAgent(stack, AGENT);

    await expect
      .poll(async () => (await seriesOf(stack, 'scout-agent')).length, { timeout: 60_000, interval: 500 })
      .toBeGreaterThan(40);
    await expect
      .poll(() => seriesOf(stack, 'scraped'), { timeout: 60_000, interval: 500 })
      .toEqual(await seriesOf(stack, 'scout-agent'));
    const established = '{network_connection_state="established",network_type="ipv6",job="scraped"}';
    const [scraped] = await samplesOf(stack, `system_network_connection_count${established}`);
    expect(scraped?.samples.at(-1)?.value).toBe(stack.namespace.expected.tcp6.established);

    const { stdout: text } = await stack.namespace.run('curl', [
      ...['--silent', '--fail', '--header', `Authorization: Bearer ${TOKEN}`],
      `http://127.0.0.1:${DASHBOARD_PORT}/metrics`,
    ]);
    expect(text).toContain('\nscout_tcp_port_connections{');
    const { stderr, stdout } = spawnSync(inject('engines').promtool, ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(stderr).toBe(NAME_OF_THE_CONVENTIONS);
  },
);
