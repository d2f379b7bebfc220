/** Which processes hold a socket: this one, and those that were given it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { netFolder } from '../../src/procfs/index.js';
import { readSocketOwners } from '../../src/procfs/socket-owners.js';
import { readTcpSockets } from '../../src/procfs/tcp-sockets.js';

async function listen(): Promise<{ server: Server; inode: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { sockets } = await readTcpSockets(netFolder('/proc'), { states: new Set(['listen']) });
  const rows = sockets.filter(({ localPort }) => localPort === port);
  expect(rows).toMatchObject([
    { family: 'ipv4', state: 'listen', remote: { text: '0.0.0.0' }, remotePort: 0 },
  ]);
  return { server, inode: rows[0]?.inode ?? 0 };
}

/** A shell that holds the socket twice, once it has run this. */
async function share(server: Server, script: string): Promise<ChildProcess> {
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  const child = spawn('sh', ['-c', `${script}; exec 4<&3; echo ready; read line`], {
    stdio: ['pipe', 'pipe', 'inherit', fd],
  });
  onTestFinished(async () => {
    const closed = once(child, 'close');
    child.kill();
    await closed;
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

test('a socket stands once with each process that holds it', async () => {
  const { server, inode } = await listen();
  const own = { pid: process.pid, inodes: [inode] };
  expect((await readSocketOwners('/proc', new Set([inode]))).owners).toMatchObject([own]);
  const { pid } = await share(server, ':');
  const { owners } = await readSocketOwners('/proc', new Set([inode]));
  expect(owners.toSorted((a, b) => a.pid - b.pid)).toMatchObject(
    [own, { pid, name: 'sh', inodes: [inode] }].toSorted((a, b) => (a.pid ?? 0) - (b.pid ?? 0)),
  );
});

test.each(['MainThread', 'node-MainThread'])(
  'a Node whose command name is %s has its program for a name',
  async (comm) => {
    const { server, inode } = await listen();
    const { pid } = await share(server, `printf ${comm} > /proc/$$/comm`);
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe(`${comm}\n`);
    const { owners } = await readSocketOwners('/proc', new Set([inode]));
    expect(owners.find((owner) => owner.pid === pid)).toMatchObject({ name: 'sh' });
  },
);

test('only what is asked for is given', async () => {
  const { inode } = await listen();
  expect((await readSocketOwners('/proc', new Set())).owners).toEqual([]);
  const [owner] = (await readSocketOwners('/proc', new Set([inode, 0]))).owners;
  expect(owner?.inodes).toEqual([inode]);
});

test('a folder that is not there is told', async () => {
  await expect(readSocketOwners('/proc/none', new Set([1]))).rejects.toThrow(/ENOENT.*\/proc\/none/);
});
