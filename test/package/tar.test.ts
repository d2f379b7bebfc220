/** The archive, unpacked on a server: `install`, the service, an update in place, `uninstall`. */
import { expect, inject, test } from 'vitest';
import { establishedIn, startReceiver } from '../support/otlp-receiver.js';
import { CONFIG, heldIn, startServer } from './server.js';

const ARCHIVE = `${inject('packages')}/scout-agent-${inject('release').version}-linux-${process.arch}.tar.gz`;
const PROGRAM = '/opt/scout-agent/bin/scout-agent';

test('install sets up the service with the Node of the archive, and uninstall takes it away', async () => {
  const server = await startServer();
  const receiver = await startReceiver(server.namespace);
  await server.run('tar', '-xzf', await server.bring(ARCHIVE), '-C', '/opt');
  const unpacked = await server.files();
  expect((await server.run('find', '/opt', '!', '-user', 'root')).stdout).toBe('');
  expect(await server.counted()).toEqual(heldIn(server.namespace));

  const { stdout } = await server.run(PROGRAM, 'install');
  // The launcher is not on PATH here.
  expect(stdout).toContain(`\n  ${PROGRAM} check && sudo systemctl restart scout-agent\n`);
  await server.write(CONFIG, `otlp: {endpoint: "${receiver.endpoint}"}\n`);
  await server.run('sh', '-c', `${PROGRAM} check && systemctl restart scout-agent`);
  const [batch] = await receiver.untilBatches(1);
  expect(batch && establishedIn(batch)).toEqual(heldIn(server.namespace));

  await server.run('tar', '-xzf', await server.bring(ARCHIVE), '-C', '/opt');
  await server.run('systemctl', 'restart', 'scout-agent');
  await receiver.untilBatches(2);

  await server.run(PROGRAM, 'uninstall', '--purge');
  expect(await server.files()).toEqual(unpacked);
});

test('it runs wherever it lies, and by a link', async () => {
  const server = await startServer({ systemd: false });
  await server.run('mkdir', '/srv/here and there');
  await server.run('tar', '-xzf', await server.bring(ARCHIVE), '-C', '/srv/here and there');
  await server.run('ln', '-s', '/srv/here and there/scout-agent/bin/scout-agent', '/usr/local/bin/');
  expect((await server.run('scout-agent', 'once')).stdout).toContain('established');
  expect((await server.run('scout-agent', 'install')).stdout).toContain('\n  scout-agent check && ');
});
