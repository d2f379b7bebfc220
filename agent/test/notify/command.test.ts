// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { expect, test } from 'vitest';
import { makeCertificates } from '../support/certificates.js';
import { procFolder } from '../support/proc-folder.js';
import { startProxy } from '../support/proxy.js';
import { scoutAgent, scratchFolder, startScoutAgent, type Test } from '../support/scout-agent.js';
import { until } from '../support/until.js';
import { says, startReceiver } from './http-receiver.js';
import { smtpError, startMailServer } from './mail-server.js';

test('notify-test sends by every channel and prints what was answered', async (t) => {
  const folder = await scratchFolder(t);
  const { ca, server } = makeCertificates(folder);
  const logins: unknown[] = [];
  const mail = await startMailServer(t, {
    key: server.key,
    cert: server.cert,
    onAuth({ username, password }, { secure }, callback) {
      logins.push({ username, password, secure });
      if (password === 'right') callback(null, { user: username });
      else callback(smtpError(535, 'wrong password'));
    },
  });
  const slack = await startReceiver(t);
  const config = `resource: {host.name: "web-3\\r\\nBcc: x@example.net"}
notify:
  slack: {url: "${slack.url}"}
  email:
    host: 127.0.0.1
    port: ${mail.port}
    user: scout
    password: \${env:PASSWORD}
    from: scout@example.net
    to: [ops@example.net]
`;
  const run = (password: string, ...args: string[]) =>
    scoutAgent(t, ['notify-test', ...args], {
      config,
      env: { PASSWORD: password, NODE_EXTRA_CA_CERTS: ca.certFile },
    });
  expect(await run('right')).toMatchObject({
    code: 0,
    stdout: 'slack: taken: 200 ok\nemail: taken: 250 kept\n',
  });
  expect(logins).toEqual([{ username: 'scout', password: 'right', secure: true }]);
  expect(mail.mails).toMatchObject([{ to: ['ops@example.net'], secure: true }]);
  expect(mail.mails[0]?.raw).toMatch(
    /^Subject: TEST web-3 Bcc: x@example\.net: a message of scout-agent\r$/m,
  );
  expect(mail.mails[0]?.raw).not.toMatch(/^Bcc/m);

  const failed = await run('wrong');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/^slack: taken: 200 ok\nemail: FAILED: .*535/);
  expect(slack.received).toHaveLength(2);

  expect(await run('wrong', 'slack')).toMatchObject({ code: 0, stdout: 'slack: taken: 200 ok\n' });
  expect(mail.mails).toHaveLength(1);
});

test('notify-test over TLS from the first byte', async (t) => {
  const { ca, server } = makeCertificates(await scratchFolder(t));
  const mail = await startMailServer(t, {
    secure: true,
    authOptional: true,
    key: server.key,
    cert: server.cert,
  });
  const config = `notify: {email: {host: 127.0.0.1, port: ${mail.port}, tls: tls, from: scout@example.net, to: [ops@example.net]}}`;
  const trusted = await scoutAgent(t, ['notify-test'], { config, env: { NODE_EXTRA_CA_CERTS: ca.certFile } });
  expect(trusted).toMatchObject({ code: 0, stdout: 'email: taken: 250 kept\n' });
  const strange = await scoutAgent(t, ['notify-test', 'email'], { config });
  expect(strange).toMatchObject({ code: 1, stdout: expect.stringMatching(/^email: FAILED: .*certificate/) });
  expect(mail.mails).toHaveLength(1);
});

test('notify-test without any channel says what to add', async (t) => {
  const { code, stdout, stderr } = await scoutAgent(t, ['notify-test'], { config: 'notify: {repeat: 4h}' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/agent\.env\.yml has none of slack, email, webhook under notify; add such lines/);
  expect(stderr).toContain('\nnotify:\n  slack: {url: "${env:SLACK_WEBHOOK_URL}"}\n');
});

/** Connections that an own rule takes for too many. */
async function startTelling(t: Test, notify: string) {
  const proc = await procFolder(t, { tcp: 12, tcp6: 3 });
  const agent = await startScoutAgent(t, {
    config: `proc: ${proc.path}
interval: 1s
alerts:
  rules: [{name: many, metric: system.network.connection.count, state: established, above: 10}]
notify:
${notify}`,
    env: { OTEL_METRICS_EXPORTER: 'none', OTEL_RESOURCE_ATTRIBUTES: 'host.name=web-3' },
  });
  return { agent, proc };
}

test('a running agent tells that it began and that it is over, and calls each second that it lives', async (t) => {
  const [told, beats] = [await startReceiver(t), await startReceiver(t)];
  const notify = `  webhook: {url: "${told.url}"}\n  heartbeat: {url: "${beats.url}"}`;
  const { agent, proc } = await startTelling(t, notify);
  await until(
    () => told.received.length === 1,
    () => `a message:\n${agent.stderr()}`,
  );
  expect(JSON.parse(told.received[0]?.body ?? '')).toMatchObject({
    type: 'alert.firing',
    host: 'web-3',
    severity: 'warning',
    text: expect.stringMatching(
      /^WARNING web-3: .*since \d\d:\d\d UTC\..*Quiet: `scout-agent silence 2h`\.$/,
    ),
    alerts: [{ rule: 'many' }],
  });
  expect(beats.received.length).toBeGreaterThan(5);
  expect(beats.received[0]?.method).toBe('GET');
  await proc.write('tcp', 1);
  await until(
    () => told.received.length === 2,
    () => `another message:\n${agent.stderr()}`,
  );
  expect(JSON.parse(told.received[1]?.body ?? '').type).toBe('alert.resolved');
  expect((await agent.stop()).code).toBe(0);
});

test('a heartbeat is no lie, and one that hangs is never called twice at a time', async (t) => {
  let open = 0;
  let most = 0;
  const beats = await startReceiver(t, (response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      says(500)(response, { method: '', path: '', headers: {}, body: '' });
    }, 2500);
  });
  const { agent, proc } = await startTelling(t, `  heartbeat: {url: "${beats.url}"}`);
  await until(
    () => beats.received.length >= 3,
    () => 'beats',
  );
  expect(most).toBe(1);
  expect(agent.logged(/notify\.heartbeat: answered 500/)).toHaveLength(1);
  await proc.remove('tcp');
  await agent.untilLogged(/no ipv4 count/);
  await until(
    () => open === 0,
    () => 'the last answer',
  );
  const before = beats.received.length;
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(beats.received.length).toBeLessThanOrEqual(before + 1);
});

test('a heartbeat and a webhook go through the proxy of the environment', async (t) => {
  const receiver = await startReceiver(t);
  const { url, asked } = await startProxy(t, Number(new URL(receiver.url).port));
  const notify =
    'notify: {webhook: {url: "http://hooks.test/in"}, heartbeat: {url: "http://beats.test/web-3"}}';
  const proc = await procFolder(t, { tcp: 3, tcp6: 2 });
  const start = {
    config: `proc: ${proc.path}\ninterval: 1s\n${notify}`,
    env: { HTTP_PROXY: url, OTEL_METRICS_EXPORTER: 'none' },
  };
  expect(await scoutAgent(t, ['notify-test'], start)).toMatchObject({
    code: 0,
    stdout: 'webhook: taken: 200 ok\n',
  });
  await startScoutAgent(t, start);
  await until(
    () => asked.includes('GET http://beats.test/web-3'),
    () => `a heartbeat through the proxy, which was asked ${asked}`,
  );
  expect(asked[0]).toBe('POST http://hooks.test/in');
  const past = await scoutAgent(t, ['notify-test'], { ...start, env: { ...start.env, NO_PROXY: '.test' } });
  expect(past.stdout).toMatch(/^webhook: FAILED: getaddrinfo .* hooks\.test/);
});
