/**
 * A process inside a private namespace: brings connections to every stage where they stand still, says `ready` and
 * holds them until its standard input closes.
 *
 * The states between ESTABLISHED and the end last only as long as an answer is missing. So the server has an address
 * of its own, and once its connections are open, a routing rule sends all that leaves this address into a pair of
 * virtual interfaces that nobody listens on.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Family, Stage, Stages } from './pairs.js';
import { plainCount } from './plain-count.js';

export interface StageHolding {
  readonly port: number;
  readonly stages: Partial<Record<Family, Stages>>;
}

const CLIENT = '10.99.0.1';
const SERVER = '10.99.0.2';
const CLIENT6 = 'fd99::1';
const SERVER6 = 'fd99::2';

const ADDRESSES: Record<Family, { listen: string; connect: string; client: string }> = {
  ipv4: { listen: SERVER, connect: SERVER, client: CLIENT },
  ipv6: { listen: SERVER6, connect: SERVER6, client: CLIENT6 },
  mapped: { listen: '::', connect: SERVER, client: CLIENT },
  mappedBoth: { listen: '::', connect: `::ffff:${SERVER}`, client: `::ffff:${CLIENT}` },
};

// `arp off`: a neighbour that doesn't answer would be reported to the socket, and one that isn't asked isn't. The
// lookup of local addresses moves behind the rule to come.
const SET_UP = [
  'link add sink type veth peer name drain',
  'link set sink up arp off',
  'link set drain up arp off',
  `addr add ${CLIENT}/32 dev lo`,
  `addr add ${SERVER}/32 dev lo`,
  `addr add ${CLIENT6}/128 dev lo nodad`,
  `addr add ${SERVER6}/128 dev lo nodad`,
  'route add default dev sink table 99',
  'rule add pref 200 lookup local',
  'rule del pref 0',
];
const SET_UP6 = ['route add default dev sink table 99', 'rule add pref 200 lookup local', 'rule del pref 0'];
const MUTE = [`rule add pref 100 from ${SERVER} lookup 99`];
const MUTE6 = [`rule add pref 100 from ${SERVER6} lookup 99`];

const { port, stages }: StageHolding = JSON.parse(process.argv[2] ?? '');

process.stdin.on('end', () => process.exit()).resume();

// Referenced here, so that no socket is collected, and thereby closed, as long as the process lives.
const held: unknown[] = [];

ip(SET_UP);
ip(SET_UP6, '-6');
const afterMute: (() => Promise<void>)[] = [];
for (const [index, [family, wanted]] of (Object.entries(stages) as [Family, Stages][]).entries()) {
  await openAll(family, port + index, wanted);
}
await acknowledged();
ip(MUTE);
ip(MUTE6, '-6');
for (const act of afterMute) await act();
process.stdout.write('ready\n');

async function openAll(family: Family, port: number, wanted: Stages): Promise<void> {
  const server = createServer({ allowHalfOpen: true });
  server.listen({ host: ADDRESSES[family].listen, port });
  await once(server, 'listening');
  held.push(server);
  for (const [stage, connections] of Object.entries(wanted) as [Stage, number][]) {
    for (let i = 0; i < connections; i++) await open(family, server, port, stage);
  }
}

async function open(family: Family, server: Server, port: number, stage: Stage): Promise<void> {
  const { connect: host, client: localAddress } = ADDRESSES[family];
  if (stage === 'synUnanswered' || stage === 'synAckUnanswered') {
    const from = stage === 'synUnanswered' ? host : localAddress;
    afterMute.push(async () => {
      held.push(connect({ host, port, localAddress: from }));
    });
    return;
  }

  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ host, port, localAddress, allowHalfOpen: true });
  const [[accepted]] = await Promise.all([accepting, once(client, 'connect')]);
  held.push(client, accepted);
  client.resume();
  accepted.resume();

  switch (stage) {
    case 'established':
      return;
    case 'halfClosed':
      client.end();
      await once(accepted, 'end');
      return;
    case 'timeWait': {
      const closed = Promise.all([once(client, 'close'), once(accepted, 'close')]);
      client.end();
      await once(accepted, 'end');
      accepted.end();
      await closed;
      return;
    }
    case 'finUnanswered':
      afterMute.push(() => finish(accepted));
      return;
    case 'lastAckUnanswered':
      client.end();
      await once(accepted, 'end');
      afterMute.push(() => finish(accepted));
      return;
    case 'bothFinsSent':
      afterMute.push(async () => {
        await finish(accepted);
        await finish(client);
      });
      return;
  }
}

/** An acknowledgement that is still delayed when the server falls silent would leave its client in FIN_WAIT1. */
async function acknowledged(): Promise<void> {
  for (const table of ['tcp', 'tcp6']) {
    while ((await plainCount(`/proc/self/net/${table}`)).fin_wait_1 > 0) await setTimeout(10);
  }
}

async function finish(socket: Socket): Promise<void> {
  socket.end();
  await once(socket, 'finish');
}

function ip(commands: readonly string[], ...options: string[]): void {
  execFileSync('ip', [...options, '-batch', '-'], { input: commands.join('\n') });
}
