/** What a kubelet does with the pod of a DaemonSet, as arguments of `podman run`. */
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container, PodSpec } from './manifests.js';

/** What the cluster knows beside the DaemonSet. */
export interface Cluster {
  /** Values of the downward API by their path. */
  readonly fields: Readonly<Record<string, string>>;
  /** The files of each ConfigMap and Secret by its name. */
  readonly objects: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What schedules and replaces pods, or needs a cluster to mean anything. */
const WITHOUT_EFFECT_HERE = [
  'dnsPolicy',
  'nodeSelector',
  'tolerations',
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'enableServiceLinks',
];

/**
 * @param folder where the files of its volumes are put
 * @throws {Error} where the pod asks for anything that is not done here, so that nothing of it is left out in silence
 */
export async function podArguments(spec: PodSpec, cluster: Cluster, folder: string): Promise<string[]> {
  const {
    hostNetwork = false,
    hostPID = false,
    terminationGracePeriodSeconds: _,
    securityContext: { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile, ...otherOfPod },
    containers: [container, ...otherContainers],
    volumes,
    ...others
  } = spec;
  const {
    name,
    image,
    securityContext: { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities, ...otherOfContainer },
    env,
    resources: _resources,
    volumeMounts,
    ...otherOfTheContainer
  } = container;
  refuse(without(others, WITHOUT_EFFECT_HERE), otherOfPod, otherOfContainer, otherOfTheContainer);
  refuse(otherContainers);
  if (seccompProfile.type !== 'RuntimeDefault') throw new Error(`seccomp profile ${seccompProfile.type}`);
  if (runAsNonRoot && runAsUser === 0) throw new Error('the kubelet does not start it as root');

  const folders = new Map<string, string>();
  for (const volume of volumes)
    folders.set(volume.name, await volumeFolder(volume, cluster, join(folder, volume.name), fsGroup));
  return [
    ...['--name', name],
    ...(hostNetwork ? ['--network', 'host', '--uts', 'host'] : ['--network', 'none']),
    ...(hostPID ? ['--pid', 'host'] : []),
    ...['--user', `${runAsUser}:${runAsGroup}`, '--group-add', String(fsGroup)],
    ...(allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...(readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...capabilities.drop.flatMap((capability) => ['--cap-drop', capability]),
    ...environment(env, cluster).flatMap((variable) => ['--env', variable]),
    ...volumeMounts.flatMap(({ name, mountPath, subPath = '', readOnly = false, ...other }) => {
      refuse(other);
      return [
        '--volume',
        `${join(folders.get(name) as string, subPath)}:${mountPath}${readOnly ? ':ro' : ''}`,
      ];
    }),
    image.replace(/:[^:/]*$/, ''),
  ];
}

/** `$(NAME)` stands for a variable that was defined before. */
function environment(env: Container['env'], { fields }: Cluster): string[] {
  const values = new Map<string, string>();
  for (const { name, value, valueFrom, ...other } of env) {
    refuse(other);
    const field = valueFrom === undefined ? undefined : fields[valueFrom.fieldRef.fieldPath];
    const text = value?.replaceAll(/\$\(([^)]+)\)/g, (reference, of) => values.get(of) ?? reference) ?? field;
    if (text === undefined) throw new Error(`${name} has no value`);
    values.set(name, text);
  }
  return [...values].map(([name, value]) => `${name}=${value}`);
}

async function volumeFolder(
  { name, configMap, secret, emptyDir, ...other }: PodSpec['volumes'][number],
  { objects }: Cluster,
  folder: string,
  group: number,
): Promise<string> {
  refuse(other);
  if (emptyDir !== undefined) {
    await mkdir(folder);
    await chown(folder, 0, group);
    await chmod(folder, 0o2777);
    return folder;
  }
  const files = objects[configMap?.name ?? secret?.secretName ?? ''];
  if (files === undefined && !secret?.optional) throw new Error(`there is nothing to make volume ${name} of`);
  await mkdir(folder);
  for (const [file, text] of Object.entries(files ?? {})) {
    await writeFile(join(folder, file), text, { mode: secret?.defaultMode ?? 0o644 });
    await chown(join(folder, file), 0, group);
  }
  return folder;
}

function without(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function refuse(...objects: object[]): void {
  const names = objects.flatMap((object) => Object.keys(object));
  if (names.length > 0) throw new Error(`a pod with ${names.join(', ')} can't be run here`);
}
