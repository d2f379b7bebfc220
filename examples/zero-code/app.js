/**
 * An application without a line about OpenTelemetry. Both are added from outside, in this order:
 *
 *   node --import ./examples/zero-code/sdk.js \
 *        --import opentelemetry-instrumentation-tcp-connections/register \
 *        examples/zero-code/app.js
 *
 * `register` counts what SCOUT_AGENT_CONFIG=/path/to/agent.env.yml lists under `metrics:`, else the established
 * connections. Whatever is wrong with that file, the application runs on and a warning tells it.
 */
import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(process.env.PORT ?? 3000, () => console.log(`listening on port ${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
