import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { locateConfig } from 'opentelemetry-instrumentation-tcp-connections/config';
import { configTemplate } from '../config/template.js';
import { keepCopy, readText } from '../install/files.js';
import { PROCESSES, PROCESSES_PATH } from '../install/processes.js';
import { needRoot } from '../install/rights.js';
import { systemctl, systemdRuns } from '../install/systemctl.js';
import {
  isUnedited,
  PACKAGED_UNIT_PATH,
  PRIVATE_STATE_PATH,
  STATE_PATH,
  UNIT,
  UNIT_PATH,
} from '../install/unit.js';
import { answer } from './answer.js';

export interface UninstallOptions {
  /** Another root folder, as with install. */
  readonly root: string | undefined;
  /** Whether an edited agent.env.yml and the history go too. */
  readonly purge: boolean;
  /** What --config names. */
  readonly config: string | undefined;
}

/**
 * Stops the service and takes away what `install` puts in place. An edited agent.env.yml and the
 * history stay unless `purge` is set. What
 * a package has installed is left to the package.
 * @throws {Error} without root's rights, or where systemd can't stop it
 */
export async function uninstall({ root, purge, config }: UninstallOptions): Promise<void> {
  if (root === undefined) needRoot('uninstall');
  const here = (path: string) => (root === undefined ? path : join(resolve(root), path));
  const withSystemd = root === undefined && systemdRuns();
  await removeUnit(here(UNIT_PATH), withSystemd);
  await removeProcesses(here(PROCESSES_PATH));
  if (withSystemd) await systemctl('daemon-reload');
  if ((await readText(here(PACKAGED_UNIT_PATH))) !== undefined) {
    await answer(
      `${here(PACKAGED_UNIT_PATH)}: belongs to a package, which apt or dnf removes together with agent.env.yml\n`,
    );
    return;
  }
  await removeConfig(here(locateConfig(config, process.env).file), purge);
  await removeState(here, purge);
}

async function removeUnit(path: string, withSystemd: boolean): Promise<void> {
  const text = await readText(path);
  if (text === undefined) {
    await answer(`${path}: not there\n`);
    return;
  }
  if (withSystemd) await systemctl('disable', '--quiet', '--now', UNIT);
  const copy = isUnedited(text) ? '' : `; a copy, because it was edited, is ${await keepCopy(path)}`;
  await rm(path);
  await answer(`${path}: removed${withSystemd ? ', the service is stopped' : ''}${copy}\n`);
}

/** Nothing is said where there is none: few install it. */
async function removeProcesses(path: string): Promise<void> {
  const text = await readText(path);
  if (text === undefined) return;
  const copy = text === PROCESSES ? '' : `; a copy, because it was edited, is ${await keepCopy(path)}`;
  await rm(path);
  await removeEmpty(dirname(path));
  await answer(`${path}: removed${copy}\n`);
}

async function removeConfig(path: string, purge: boolean): Promise<void> {
  const text = await readText(path);
  if (text === undefined) {
    await answer(`${path}: not there\n`);
    return;
  }
  if (text !== configTemplate() && !purge) {
    await answer(`${path}: kept, because it was edited; --purge removes it too\n`);
    return;
  }
  await rm(path);
  await removeEmpty(dirname(path));
  await answer(`${path}: removed\n`);
}

/** What the service has kept, under both names that systemd gives to the folder: systemd.exec(5), "StateDirectory=". */
async function removeState(here: (path: string) => string, purge: boolean): Promise<void> {
  const path = here(STATE_PATH);
  if (!existsSync(path)) return;
  if (purge)
    for (const name of [path, here(PRIVATE_STATE_PATH)]) await rm(name, { recursive: true, force: true });
  await answer(`${path}: ${purge ? 'removed' : 'kept, the history is in it; --purge removes it too'}\n`);
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    // Somebody else's files are in it, or a file system is mounted there.
    if (!['ENOTEMPTY', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
