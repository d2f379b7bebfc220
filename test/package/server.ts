/** A server without Node that has connections, a known number of them, and the bundles to install in /root. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Namespace, openNamespace } from '../support/namespace.js';
import { type Boot, type Debian, startDebian } from './debian.js';

export interface Server extends Debian {
  readonly namespace: Namespace;
  /** Brings a file of this machine's onto the server. @returns its place there */
  bring(file: string): Promise<string>;
  read(onHost: string): Promise<string>;
  write(onHost: string, text: string): Promise<void>;
  /** Every file there, but what packages and services keep of their own doings. */
  files(): Promise<string[]>;
  /** What systemd says of the service. */
  property(name: string): Promise<string>;
  /** Established connections by table, as the installed program counts them. */
  counted(): Promise<{ ipv4?: number; ipv6?: number }>;
}

export const CONFIG = '/opt/scout-agent/agent.env.yml';
/** The commented agent.env.yml of the version that is installed. */
/** A shell's wait until the service has read its file: then its socket is there. */
export const UNTIL_READ = 'timeout 60 sh -c "until [ -S /run/scout-agent/agent.sock ]; do sleep 0.1; done"';
export const TEMPLATE = '/opt/scout-agent/share/agent.env.yml';
export const ENABLED = '/etc/systemd/system/multi-user.target.wants/scout-agent.service';

/** For one test. */
export async function startServer(boot: Pick<Boot, 'systemd'> = { systemd: true }): Promise<Server> {
  const namespace = await openNamespace({ ipv4: 7, ipv6: 3, mapped: 2 });
  onTestFinished(() => namespace.close());
  const debian = await startDebian(inject('debian'), { namespace, ...boot });
  onTestFinished(() => debian.close());
  return {
    ...debian,
    namespace,
    bring: async (file) => {
      const place = join('/var/tmp', basename(file));
      await copyFile(file, debian.path(place));
      return place;
    },
    read: (onHost) => readFile(debian.path(onHost), 'utf8'),
    write: (onHost, text) => writeFile(debian.path(onHost), text),
    files: async () => {
      const kept = ['/root', '/tmp', '/var/cache', '/var/lib/dpkg', '/var/lib/rpm', '/var/log', '/var/tmp'];
      const pruned = kept.flatMap((folder) => ['-path', folder, '-prune', '-o']);
      const { stdout } = await debian.run('find', '/', '-xdev', ...pruned, '-print');
      // dpkg takes an empty /opt away together with the last that was in it.
      return stdout
        .split('\n')
        .filter((path) => path !== '/opt')
        .sort();
    },
    property: async (name) =>
      (await debian.run('systemctl', 'show', '-P', name, 'scout-agent')).stdout.trim(),
    counted: async () => {
      const { stdout } = await debian.run('/opt/scout-agent/bin/scout-agent', 'once', '--json');
      const metrics: { name: string; value: number; attributes: Record<string, string> }[] =
        JSON.parse(stdout).metrics;
      return Object.fromEntries(
        metrics
          .filter(({ name }) => name === 'system.network.connection.count')
          .map(({ attributes, value }) => [attributes['network.type'], value]),
      );
    },
  };
}

/** What {@link Server.counted} has to give. */
export function heldIn({ expected }: Namespace): { ipv4: number; ipv6: number } {
  return { ipv4: expected.tcp.established, ipv6: expected.tcp6.established };
}
