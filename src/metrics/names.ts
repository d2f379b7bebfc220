/** Every name that may stand under `metrics:` in agent.env.yml or in the `metrics` option. */
export const METRIC_NAMES = [
  'tcp_connections',
  'tcp_time_wait',
  'tcp_close_wait',
  'tcp_listen',
  'tcp_states',
  'tcp_port_utilization',
  'tcp_listen_overflows',
  'cpu_percent',
  'net_rx_bytes',
  'net_tx_bytes',
  'net_errors',
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];
