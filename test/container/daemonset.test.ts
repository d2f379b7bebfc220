// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
/** A pod of the DaemonSet as it is rendered: its image, user, rights, mounts and environment, on a node of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { METRIC_NAMES } from 'opentelemetry-instrumentation-tcp-connections/config';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { CLI } from '../../agent/test/support/scout-agent.js';
import { type Namespace, openNamespace } from '../support/namespace.js';
import { establishedIn, startReceiver } from '../support/otlp-receiver.js';
import { followProgram, type Program } from '../support/program.js';
import { type ContainerHost, containerRefusal, startContainerHost } from './host.js';
import { type PodSpec, type Rendered, render } from './manifests.js';
import { podArguments } from './pod.js';

const NAME_SERVER = fileURLToPath(new URL('inside/name-server.mjs', import.meta.url));

const NODE = { 'spec.nodeName': 'node-7', 'status.hostIP': '127.0.0.1' };

const refusal = containerRefusal();

describe.skipIf(refusal !== undefined)(`a pod on a node${refusal ? ` (${refusal})` : ''}`, () => {
  let namespace: Namespace;
  let host: ContainerHost;

  beforeAll(async () => {
    namespace = await openNamespace({ ipv4: 7, ipv6: 3, mapped: 2 });
    await namespace.run('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'veth0']);
    host = await startContainerHost(inject('storage'), namespace);
  });
  afterAll(async () => {
    await host?.end();
    await namespace?.close();
  });

  /** What a container runtime gets from the kubelet for this pod. */
  async function podOf(
    rendered: Rendered,
    {
      secret,
      edit = (spec) => spec,
    }: { secret?: Record<string, string>; edit?: (spec: PodSpec) => PodSpec } = {},
  ): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'pod-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { name } = rendered.configMap.metadata;
    return podArguments(
      edit(rendered.daemonSet.spec.template.spec),
      {
        fields: NODE,
        objects: { [name]: rendered.configMap.data, ...(secret && { 'scout-agent': secret }) },
      },
      folder,
    );
  }

  /** The agent in the pod, for this test at the longest. */
  async function start(pod: readonly string[]): Promise<Program> {
    const program = followProgram(
      host.spawn('podman', ['run', ...pod], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    onTestFinished(async () => {
      await host.run('podman', 'rm', '--force', '--time', '0', '--ignore', 'scout-agent');
    });
    return program;
  }

  async function once(pod: readonly string[]): Promise<readonly Metric[]> {
    return JSON.parse(await host.run('podman', 'run', '--rm', ...pod, 'once', '--json')).metrics;
  }

  const expected = () => ({
    ipv4: namespace.expected.tcp.established,
    ipv6: namespace.expected.tcp6.established,
  });

  test("sends the node's count under the node's name, without rights, and stops as it is told", async () => {
    const receiver = await startReceiver(namespace, 4318);
    const rendered = await render();
    const { spec } = rendered.daemonSet.spec.template;
    const program = await start(await podOf(rendered));
    const [first] = await receiver.untilBatches(1);
    expect(first && establishedIn(first)).toEqual(expected());
    expect(first?.resource).toMatchObject({
      'service.name': 'scout-agent',
      'host.name': 'node-7',
      'k8s.node.name': 'node-7',
    });
    expect(first?.resource).not.toHaveProperty(['host.id']);

    const pid = (await host.run('podman', 'inspect', '--format', '{{.State.Pid}}', 'scout-agent')).trim();
    const status = Object.fromEntries(
      (await readFile(host.path(`/proc/${pid}/status`), 'utf8'))
        .split('\n')
        .map((line) => line.split(':\t') as [string, string]),
    );
    const { runAsUser } = spec.securityContext;
    expect(status).toMatchObject({
      Uid: `${runAsUser}\t${runAsUser}\t${runAsUser}\t${runAsUser}`,
      CapInh: '0'.repeat(16),
      CapPrm: '0'.repeat(16),
      CapEff: '0'.repeat(16),
      CapBnd: '0'.repeat(16),
      CapAmb: '0'.repeat(16),
      NoNewPrivs: '1',
      Seccomp: '2',
    });
    // Process 1 of its own, to which the kernel brings only signals that it handles.
    expect(status.NSpid?.split('\t').at(-1)).toBe('1');
    const { requests, limits } = spec.containers[0].resources;
    expect(kibibytes(requests.memory)).toBeLessThan(kibibytes(limits.memory));
    expect(Number.parseInt(status.VmHWM ?? '', 10)).toBeLessThan(kibibytes(requests.memory));

    // As the kubelet does: SIGTERM, and SIGKILL after the time of grace, which would give 137.
    await host.run('podman', 'stop', '--time', String(spec.terminationGracePeriodSeconds), 'scout-agent');
    const { code, stderr } = await program.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/history|no command/);
    expect((await receiver.end()).length).toBeGreaterThan(1);
  });

  test('reads every metric there is as the agent does outside of it, and the same values', async () => {
    const rendered = await render((text, file) =>
      file === 'agent.env.yml' ? `metrics: [${METRIC_NAMES.join(', ')}]\n` : text,
    );
    const inside = await once(await podOf(rendered));
    const outside: readonly Metric[] = JSON.parse(
      await host.run(
        ...[
          'sh',
          '-ec',
          'printf %s "$1" >/run/agent.env.yml; shift; exec "$@" --config /run/agent.env.yml',
          'sh',
        ],
        ...[rendered.configMap.data['agent.env.yml'] as string, process.execPath, CLI, 'once', '--json'],
      ),
    ).metrics;
    expect(inside.map(series)).toEqual(outside.map(series));
    expect(inside.map(({ name }) => name)).toContain('system.cpu.utilization');
    expect(interfacesIn(inside)).toEqual(interfacesIn(outside));
    // What neither of both changes by looking.
    const still = (metrics: readonly Metric[]) =>
      metrics.filter(
        ({ name, attributes }) =>
          name === 'scout.tcp.port.utilization' ||
          ['established', 'listen'].includes(String(attributes['network.connection.state'])),
      );
    expect(still(inside).length).toBeGreaterThan(4);
    expect(still(inside)).toEqual(still(outside));
    expect(establishedBy(inside, 'network.type')).toEqual(expected());
  });

  test("counts its own network namespace without hostNetwork: that line makes the count the node's", async () => {
    const metrics = await once(
      await podOf(await render(), { edit: (spec) => ({ ...spec, hostNetwork: false }) }),
    );
    expect(establishedBy(metrics, 'network.type')).toEqual({ ipv4: 0, ipv6: 0 });
  });

  test("counts other pods' connections as well by the two lines that the files tell", async () => {
    const other = `const { createServer, connect } = require('node:net');
      const server = createServer(() => {}).listen(0, '127.0.0.1', () => {
        for (let i = 0; i < 5; i++) connect(server.address().port, '127.0.0.1');
      });`;
    const bundled = '/opt/scout-agent/bin/node';
    const id = await host.run(
      ...['podman', 'run', '--detach', '--name', 'other', '--network', 'none', '--entrypoint', bundled],
      ...['scout-agent', '--eval', other],
    );
    onTestFinished(async () => {
      await host.run('podman', 'rm', '--force', '--time', '0', 'other');
    });
    const uncommented = await render((text) => text.replace(/# (hostPID: true|namespaces: all)$/m, '$1'));
    expect(uncommented.daemonSet.spec.template.spec.hostPID).toBe(true);
    const pod = await podOf(uncommented);
    await expect
      .poll(async () => establishedBy(await once(pod), 'scout.network.namespace'), { timeout: 60_000 })
      .toEqual({ own: expected().ipv4 + expected().ipv6, [id.slice(0, 12)]: 10 });

    const withoutPids = await podOf(uncommented, { edit: (spec) => ({ ...spec, hostPID: false }) });
    expect(Object.keys(establishedBy(await once(withoutPids), 'scout.network.namespace'))).toEqual(['own']);
  });

  test('sends to a service by its name, with the token of a secret, as the files tell', async () => {
    const receiver = await startReceiver(namespace, 4318);
    const service = 'otel-collector.observability';
    const nameServer = followProgram(
      namespace.spawn(process.execPath, [NAME_SERVER, service], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    await nameServer.untilPrinted(/^ready\n/);
    const rendered = await render((text, file) => {
      if (file !== 'agent.env.yml') return text;
      // Who receives sees no headers; the resource tells the same.
      return text.replace(/# (otlp:\n)# (.*\n)# (.*\n)/, '$1$2$3resource: {token: "${file:otlp-token}"}\n');
    });
    expect(rendered.configMap.data['agent.env.yml']).toMatch(
      new RegExp(`^otlp:\n  endpoint: http://${service}:4318\n  headers: .*\nresource: `, 'm'),
    );
    const pod = await podOf(rendered, { secret: { 'otlp-token': 'secret\n' } });
    await start(['--dns', '127.0.0.1', ...pod]);
    const [first] = await receiver.untilBatches(1);
    expect(first && establishedIn(first)).toEqual(expected());
    expect(first?.resource).toMatchObject({ token: 'secret', 'host.name': 'node-7' });
  });

  test('ends with 78 where agent.env.yml is wrong', async () => {
    const rendered = await render((text) => text.replace('- tcp_connections', '- tcp_conections'));
    const program = await start(await podOf(rendered));
    const { code, stderr } = await program.ended;
    expect(stderr).toContain('/opt/scout-agent/agent.env.yml:3:5: metrics: unknown name "tcp_conections"');
    expect(code).toBe(78);
  });
});

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What is measured, without the value. */
function series({ name, attributes }: Metric): string {
  return `${name} ${JSON.stringify(attributes)}`;
}

function interfacesIn(metrics: readonly Metric[]): unknown[] {
  return metrics
    .filter(({ name }) => name === 'system.network.io')
    .map(({ attributes }) => attributes['network.interface.name']);
}

/** Established connections, added up by the values of one attribute. */
function establishedBy(metrics: readonly Metric[], attribute: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, value, attributes } of metrics) {
    if (name !== 'system.network.connection.count') continue;
    if (attributes['network.connection.state'] !== 'established') continue;
    const key = String(attributes[attribute]);
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

/** A Kubernetes quantity such as 128Mi, in KiB. */
function kibibytes(quantity: string): number {
  const mebibytes = /^(\d+)Mi$/.exec(quantity)?.[1];
  if (mebibytes === undefined) throw new Error(`${quantity} is not a number of MiB`);
  return 1_024 * Number(mebibytes);
}
