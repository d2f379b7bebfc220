/** The manifests of deploy/kubernetes as kustomize renders them, which is in kubectl. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { inject } from 'vitest';

export const MANIFESTS = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface ConfigMap extends Manifest {
  readonly data: Readonly<Record<string, string>>;
}

/** The part of a rendered DaemonSet that decides how its pods run. */
interface DaemonSet extends Manifest {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

export interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly fsGroup: number;
    readonly seccompProfile: { readonly type: string };
  };
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: {
      readonly secretName: string;
      readonly defaultMode: number;
      readonly optional?: boolean;
    };
    readonly emptyDir?: { readonly sizeLimit: string };
  }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly memory: string }>>;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
}

export interface Rendered {
  readonly text: string;
  readonly objects: readonly Manifest[];
  readonly daemonSet: DaemonSet;
  readonly configMap: ConfigMap;
}

/** @param edit what an operator makes of each file before */
export async function render(
  edit: (text: string, file: string) => string = (text) => text,
): Promise<Rendered> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-'));
  try {
    await cp(MANIFESTS, folder, { recursive: true });
    for (const file of await readdir(folder)) {
      const path = join(folder, file);
      await writeFile(path, edit(await readFile(path, 'utf8'), file));
    }
    const { stdout: text } = await promisify(execFile)(inject('engines').kustomize, ['build', folder]);
    const objects = loadAll(text) as unknown as Manifest[];
    const find = (kind: string) => {
      const found = objects.filter((object) => object.kind === kind);
      if (found.length !== 1) throw new Error(`${found.length} objects are a ${kind}`);
      return found[0] as Manifest;
    };
    return {
      text,
      objects,
      daemonSet: find('DaemonSet') as DaemonSet,
      configMap: find('ConfigMap') as ConfigMap,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
