/** The manifests against the schema of Kubernetes' own API, as kustomize renders them and one by one. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { MANIFESTS, type Manifest, render } from './manifests.js';

/** The oldest and the newest that kubernetes-validate has the schema of. */
const KUBERNETES = ['1.25', '1.37'];

/** What kubernetes-validate says of each object; it rejects where one is not as the schema wants it. */
async function validate(version: string, ...files: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    'python3',
    ['-B', '-m', 'kubernetes_validate', '--strict', '-k', version, ...files],
    { env: { PATH: process.env.PATH, PYTHONPATH: inject('engines')['kubernetes-validate'] } },
  );
  return stdout.trimEnd().split('\n');
}

async function temporaryFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'objects.yaml');
  await writeFile(file, text);
  return file;
}

test.each(KUBERNETES)('Kubernetes %s knows every field, rendered and as they stand', async (version) => {
  const { text } = await render();
  const files = ['namespace.yaml', 'service-account.yaml', 'daemonset.yaml'];
  const said = await validate(
    version,
    await temporaryFile(text),
    ...files.map((file) => join(MANIFESTS, file)),
  );
  expect(said.map((line) => /passed for resource (\w+)\//.exec(line)?.[1] ?? line)).toEqual([
    ...['namespace', 'serviceaccount', 'configmap', 'daemonset'],
    ...['namespace', 'serviceaccount', 'daemonset'],
  ]);
});

test('a field by a wrong name, or in a wrong place, is found', async () => {
  const { text } = await render();
  for (const [right, wrong] of [
    ['hostNetwork: true', 'hostnetwork: true'],
    ['runAsNonRoot: true', 'runAsNonRoot: "true"'],
    ['readOnlyRootFilesystem: true', 'privileged: yes please'],
  ] as const) {
    expect(text).toContain(right);
    await expect(validate('1.37', await temporaryFile(text.replace(right, wrong)))).rejects.toMatchObject({
      stdout: expect.stringContaining('did not validate for resource daemonset/scout-agent'),
    });
  }
});

test("Pod Security's own levels have nothing against the pods but the node's network", async () => {
  const { daemonSet } = await render();
  const judge = promisify(execFile)(inject('engines')['pod-security']);
  judge.child.stdin?.end(JSON.stringify(daemonSet));
  const { stdout } = await judge;
  expect(stdout).toBe(
    'baseline: host namespaces (hostNetwork=true)\nrestricted: host namespaces (hostNetwork=true)\n',
  );
});

test('the objects belong together', async () => {
  const { objects, daemonSet, configMap } = await render();
  for (const { kind, metadata } of objects)
    expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe('scout-agent');
  const { spec } = daemonSet.spec.template;
  expect(spec.volumes.find(({ configMap }) => configMap !== undefined)?.configMap?.name).toBe(
    configMap.metadata.name,
  );
  expect(objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name).toBe(
    (spec as { serviceAccountName?: string }).serviceAccountName,
  );
  const agent = new URL('../../agent/package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(agent, 'utf8'));
  expect(spec.containers[0].image).toBe(`scout-agent:${version}`);
});

test('a change of agent.env.yml gives its ConfigMap another name, so that the pods are replaced', async () => {
  const before = await render();
  const after = await render((text, file) =>
    file === 'agent.env.yml' ? text.replace('# - cpu_percent', '- cpu_percent') : text,
  );
  const name = ({ configMap }: { configMap: Manifest }) => configMap.metadata.name;
  expect(name(after)).not.toBe(name(before));
  expect(after.daemonSet.spec.template).not.toEqual(before.daemonSet.spec.template);
});
