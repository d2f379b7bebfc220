/** What no host can say of itself. */
export function fleetRules(): object[] {
  return [
    {
      alert: 'TcpHostGone',
      expr: 'max by (host_name) (present_over_time(scout_tcp_scan_success[1d])) unless max by (host_name) (present_over_time(scout_tcp_scan_success[10m]))',
      labels: { severity: 'critical', rule: 'host-gone' },
      annotations: {
        summary: '{{ $labels.host_name }}: nothing has come from it for 10 minutes',
        description:
          'The host, its agent or the way here is down. A host that was taken out of service is forgotten after a day. Next: `systemctl status scout-agent` there, and the log of the Collector.',
      },
    },
    {
      alert: 'TcpHostWithoutName',
      expr: 'count(scout_tcp_scan_success{host_name=""}) > 0',
      for: '5m',
      labels: { severity: 'warning', rule: 'host-without-name' },
      annotations: {
        summary: '{{ $value }} series of scout-agent have no host_name: all such hosts count as one',
        description:
          'Prometheus takes host.name as a label only where it is promoted. Next: `otlp: {promote_resource_attributes: [host.name]}` in prometheus.yml.',
      },
    },
  ];
}
