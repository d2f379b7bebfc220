// Sends established connections over OTLP to Prometheus, each second, until it is ended: `push.mjs URL FILE`, where the
// file says how many each host has: {"web-1": 160}.
import { readFileSync } from 'node:fs';

const [url, file] = process.argv.slice(2);

setInterval(() => void push(), 1_000);

async function push() {
  const hosts = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
  const timeUnixNano = `${Date.now()}000000`;
  const gauge = (name, unit, value, attributes) => ({
    name,
    unit,
    gauge: { dataPoints: [{ timeUnixNano, asInt: `${value}`, attributes: attributes.map(attribute) }] },
  });
  const family = ['network.type', 'ipv4'];
  const resourceMetrics = hosts.map(([host, connections]) => ({
    resource: { attributes: [attribute(['host.name', host]), attribute(['service.name', 'scout-agent'])] },
    scopeMetrics: [
      {
        scope: { name: 'push' },
        metrics: [
          gauge('system.network.connection.count', '{connection}', connections, [
            family,
            ['network.transport', 'tcp'],
            ['network.connection.state', 'established'],
          ]),
          gauge('scout.tcp.scan.success', '{success}', 1, [family]),
        ],
      },
    ],
  }));
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics }),
  });
  console.log(status);
}

function attribute([key, stringValue]) {
  return { key, value: { stringValue } };
}
