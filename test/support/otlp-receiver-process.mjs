// An OTLP receiver that nobody here wrote, on the port given: each request of metrics becomes one line of JSON.
import { MockOtlpServer } from '@elastic/mockotlpserver';

const server = new MockOtlpServer({
  services: ['http'],
  httpHostname: '127.0.0.1',
  httpPort: Number(process.argv[2]),
  logLevel: 'warn',
  // The Protobuf reader's objects turn into Protobuf's JSON form, which is OTLP's as far as tests look at it.
  onMetrics: (request) => process.stdout.write(`${JSON.stringify(request)}\n`),
});
// A request is answered before it is parsed: the default action could come between, a listener can't.
process.once('SIGTERM', () => process.exit());
await server.start();
process.stdout.write('ready\n');
