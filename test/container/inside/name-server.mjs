// A name server on 127.0.0.1 that knows one name, given as an argument, and says that it is 127.0.0.1 (RFC 1035).
import { createSocket } from 'node:dgram';

const NAME_ERROR = 3;
const TYPE_A = 1;
const [, , known] = process.argv;
const server = createSocket('udp4', (query, { port, address }) => {
  let end = 12;
  const labels = [];
  for (let length = query[end]; length > 0; length = query[end]) {
    labels.push(query.toString('latin1', end + 1, end + 1 + length));
    end += 1 + length;
  }
  const type = query.readUInt16BE(end + 1);
  const question = query.subarray(12, end + 5);
  const isKnown = labels.join('.') === known;
  const answer =
    isKnown && type === TYPE_A
      ? Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
      : Buffer.alloc(0);
  const header = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, answer.length > 0 ? 1 : 0, 0, 0, 0, 0]);
  query.copy(header, 0, 0, 2);
  if (!isKnown) header[3] |= NAME_ERROR;
  server.send(Buffer.concat([header, question, answer]), port, address);
});
server.bind(53, '127.0.0.1', () => process.stdout.write('ready\n'));
