// Runs inside a namespace: sends one point after the other to an OTLP endpoint until a request fails, and prints
// the time (milliseconds since the epoch) and the value of each one that was accepted. Usage: send.mjs URL METRIC
const [url, metric] = process.argv.slice(2);

let time = 0;
for (let value = 1; ; value += 1) {
  time = Math.max(time + 1, Date.now());
  const point = { timeUnixNano: `${time}000000`, asInt: value };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'sender' } }] },
          scopeMetrics: [{ metrics: [{ name: metric, gauge: { dataPoints: [point] } }] }],
        },
      ],
    }),
  }).catch(() => undefined);
  if (!response?.ok) break;
  await response.arrayBuffer();
  console.log(time, value);
}
