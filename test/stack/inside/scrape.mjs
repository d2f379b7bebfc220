// Runs inside a namespace: GETs the URL of each line on its standard input and prints the body as a JSON string.
// Its connections stay open between two requests, so that a table is the same before, while and after one is answered.
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
for await (const url of createInterface(process.stdin)) {
  const [response] = await once(get(url, { agent }), 'response');
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${body}`);
  console.log(JSON.stringify(body));
}
process.exit();
