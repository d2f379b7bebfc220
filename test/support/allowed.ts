/** What messages list as allowed, written once: a name is an interface, and nobody adds one by accident. */
export const METRICS =
  'tcp_connections, tcp_time_wait, tcp_close_wait, tcp_listen, tcp_states, tcp_port_utilization, tcp_listen_overflows, cpu_percent, net_rx_bytes, net_tx_bytes, net_errors';
export const OPTIONS = 'enabled, metrics, ports, loopback, namespaces, process, interfaces, proc';
/** Keys of agent.env.yml as an application reads it, and as the agent does. */
export const PLUGIN_KEYS =
  'metrics, ports, loopback, namespaces, process, interfaces, proc, interval, resource, otlp, history, dashboard, alerts, notify';
export const AGENT_KEYS =
  'metrics, ports, loopback, namespaces, process, interfaces, interval, proc, resource, otlp, history, dashboard, alerts, notify';
