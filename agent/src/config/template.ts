// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { METRIC_NAMES, type MetricName } from 'opentelemetry-instrumentation-tcp-connections/config';

const METRIC_COMMENTS: Record<MetricName, string> = {
  tcp_connections: 'established connections, by address family',
  tcp_time_wait: 'closed here first, kept for a minute by the kernel',
  tcp_close_wait: 'closed by the peer and not yet by the application here; growth is a leak',
  tcp_listen: 'listening sockets',
  tcp_states: 'all eleven states',
  tcp_port_utilization: 'share of the ephemeral ports taken towards the fullest destination',
  tcp_listen_overflows:
    'full accept queues, dropped SYNs, SYN cookies: the flood that never becomes established',
  cpu_percent: 'how the CPUs were used',
  net_rx_bytes: 'bytes received, by network interface',
  net_tx_bytes: 'bytes sent, by network interface',
  net_errors: 'errors while receiving and sending, by network interface',
};

/** A commented agent.env.yml: valid as it stands, and with any of its `# ` lines uncommented. */
export function configTemplate(): string {
  const width = Math.max(...METRIC_NAMES.map((name) => name.length)) + 2;
  const metrics = METRIC_NAMES.map((name) => {
    const mark = name === 'tcp_connections' ? '  ' : '  # ';
    return `${mark}- ${name.padEnd(width)}# ${METRIC_COMMENTS[name]}`;
  });
  return `## Configuration of scout-agent; the instrumentation inside an application can read this file as well.
## After a change run "scout-agent check" (in a clone "npm start -- check"), then restart the agent.
## Lines with one # are settings to uncomment.
## Any text may hold \${env:NAME}, \${env:NAME:-default} or \${file:PATH}; a plain dollar sign is written $$.

## What is counted and exported. At least one entry.
metrics:
${metrics.join('\n')}

## Local ports whose established connections are counted apart, as scout.tcp.port.connections.
# ports: [443, 5432]

## Connections of this host with itself have two ends here and count twice; false leaves them out.
# loopback: true

## Which network namespaces are counted: own, or all of this host that have a process in them (containers among them), told
## apart by the attribute scout.network.namespace.
# namespaces: own

## Whether the reading process's own connections are counted as well, as process.network.connection.count; useful
## where an application reads this file.
# process: false

## Whose traffic is counted: names of network interfaces, * for any text, in place of the physical ones.
# interfaces:
#   include: [eth0, "veth*"]
#   exclude: [docker0]

## Time from one collection to the next, 1s to 1h. OTEL_METRIC_EXPORT_INTERVAL where absent.
# interval: 10s

## Where the proc file system is mounted; in a container that counts its host, /host/proc or the like.
## HOST_PROC where absent.
# proc: /proc

## Attributes of the resource, beside service.*, host.* and os.type, which the agent finds itself.
# resource:
#   deployment.environment.name: production

## Where the metrics go, as OTLP over HTTP. OTEL_EXPORTER_OTLP_ENDPOINT and its kin where absent.
# otlp:
#   endpoint: http://localhost:4318
#   headers:
#     authorization: Bearer \${env:OTLP_TOKEN}

## What the agent keeps of the past on this host: every reading for 8 days, each minute for 35, each hour for all of
## "retention", 1d to 730d. The folder is $STATE_DIRECTORY (of the service /var/lib/scout-agent) where absent.
# history:
#   directory: /var/lib/scout-agent
#   retention: 30d

## The page with the graph. Another address than loopback wants a token of 16 characters or more; "listen: none" turns it
## off. "url" says how readers reach it through a proxy before it.
# dashboard:
#   listen: 127.0.0.1:4380
#   token: \${env:DASHBOARD_TOKEN}
#   url: https://scout.example.net/

## When to be told: connections over 150 % and 200 % of the host's normal peak, rising fast, leaking, left half closed and
## more; "scout-agent alerts" shows each rule and how near it is. A rule that is false is off.
# alerts:
#   floor: 100
#   cooldown: 30m
#   above-normal-peak: {warning: 150%, critical: 200%, for: 5m}
#   rising-fast: {rise: 100%, least: 100}
#   heavy-transfer: false
#   rules:
#     - {name: many-time-wait, metric: system.network.connection.count, state: time_wait, above: 20000, for: 5m}

## Who is told, and how: any of slack, email, webhook. Each takes "severities", [warning, critical] where absent. Try it with
## "scout-agent notify-test". Whoever knows a Slack webhook, a password or a secret can use it: keep it out of this file.
# notify:
#   slack:
#     url: \${env:SLACK_WEBHOOK_URL}
#   email:
#     host: smtp.example.net
#     tls: starttls
#     user: scout
#     password: \${env:SMTP_PASSWORD}
#     from: scout-agent@example.net
#     to: [ops@example.net]
#     severities: [critical]
#   webhook:
#     url: https://alerts.example.net/scout
#     secret: \${env:WEBHOOK_SECRET}
#   heartbeat: {url: "https://hc.example.net/ping/web-3"}
#   addresses: shown
#   repeat: 4h
#   quiet_hours: {from: "22:00", to: "07:00"}
`;
}
