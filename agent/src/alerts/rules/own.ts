import { isOver } from '../expression.js';
import { gauge, OWN } from '../facts.js';
import { gaugeKey } from '../reading.js';
import { HOLD_SHARE, type Rule, type Series } from '../rule.js';
import type { AlertSettings, OwnRule } from '../settings.js';
import { lookNext, percent } from '../words.js';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

export function ownRules({ own }: AlertSettings): Rule[] {
  return own.map(ownRule);
}

function ownRule({ name, severity, metric, of, above, forMillis }: OwnRule): Rule {
  const value = gauge(gaugeKey(metric, of), promqlOf(metric, of));
  const unit = metric === 'scout.tcp.port.utilization' ? '1' : '{connection}';
  const shown = (number: number) => (unit === '1' ? percent(number) : COUNT.format(number));
  const what = whatOf(metric, of);
  return {
    name,
    severity,
    title: `more than ${shown(above)} ${what}`,
    forMillis,
    fires: isOver(value, above),
    holds: isOver(value, above * HOLD_SHARE),
    holdsOverGap: true,
    figure: { value, threshold: above, unit, series: seriesOf(metric, of) },
    derivation: () => `${shown(above)}, as the configuration says`,
    explain: (view) => ({
      seen: `${shown(value.of(view) ?? 0)} ${what}, more than ${shown(above)} (${name})`,
      means: [],
      next: lookNext(view),
    }),
  };
}

function whatOf(metric: OwnRule['metric'], of: string | undefined): string {
  switch (metric) {
    case 'system.network.connection.count':
      return `connections in ${of?.toUpperCase()}`;
    case 'scout.tcp.port.connections':
      return `connections of local port ${of}`;
    case 'scout.tcp.port.utilization':
      return 'of the ephemeral ports towards one destination';
  }
}

function seriesOf(name: OwnRule['metric'], of: string | undefined): Series | undefined {
  switch (name) {
    case 'system.network.connection.count':
      return { name, attributes: { 'network.connection.state': String(of) } };
    case 'scout.tcp.port.connections':
      return { name, attributes: { 'network.local.port': Number(of) } };
    case 'scout.tcp.port.utilization':
      return undefined;
  }
}

/** As Prometheus names them; several that report one host say the same, so the highest of them is taken first. */
export function promqlOf(metric: OwnRule['metric'], of: string | undefined): string {
  switch (metric) {
    case 'system.network.connection.count':
      return scanned(
        `sum by (host_name) (max by (host_name, network_type) (system_network_connection_count{network_connection_state="${of}",network_transport="tcp",${OWN}}))`,
      );
    case 'scout.tcp.port.connections':
      return scanned(
        `sum by (host_name) (max by (host_name, network_type) (scout_tcp_port_connections{network_local_port="${of}",${OWN}}))`,
      );
    case 'scout.tcp.port.utilization':
      return scanned(`max by (host_name) (scout_tcp_port_utilization_ratio{${OWN}})`);
  }
}

/** Only where every family's table was read: a count that lacks one is none. */
function scanned(promql: string): string {
  return `(${promql} and on (host_name) (scout_tcp_scan_success{${OWN}} == 1) unless on (host_name) (scout_tcp_scan_success{${OWN}} == 0))`;
}
