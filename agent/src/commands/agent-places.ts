import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { locateConfig } from 'opentelemetry-instrumentation-tcp-connections/config';
import type { AgentConfig } from '../config/load.js';
import type { Setting } from '../config/settings.js';
import { socketIn, socketPath } from '../control/place.js';
import { PACKAGED_UNIT_PATH, RUNTIME_PATH, STATE_PATH, startsOn, UNIT_PATH } from '../install/unit.js';

/** Where the agent that a command is about has its things. */
export interface AgentPlaces {
  /** The folder of its history. */
  readonly state: string;
  readonly socket: string;
}

/** The service's places, which its unit names; a folder that the file names holds for the service and for any other. */
export function agentPlaces({ file, history: { directory }, settings }: AgentConfig): AgentPlaces {
  const { origin } = settings.find(({ path }) => path.join('.') === 'history.directory') as Setting;
  if (!['default', 'XDG_STATE_HOME'].includes(origin))
    return { state: directory, socket: isOfService(file) ? socketIn(RUNTIME_PATH) : socketPath(directory) };
  // The link is there for every user, and what it leads to for root alone.
  return lstatSync(STATE_PATH, { throwIfNoEntry: false }) !== undefined
    ? { state: STATE_PATH, socket: socketIn(RUNTIME_PATH) }
    : { state: directory, socket: socketPath(directory) };
}

/** Whether the service runs, on this file. */
function isOfService(file: string | undefined): boolean {
  // systemd makes the folder as the service starts and removes it as it ends: systemd.exec(5), "RuntimeDirectory=".
  return existsSync(RUNTIME_PATH) && serviceReads(file);
}

/** Whether the service is installed to run on this file. */
export function serviceReads(file: string | undefined): boolean {
  const unit = [UNIT_PATH, PACKAGED_UNIT_PATH].find((path) => existsSync(path));
  if (unit === undefined) return false;
  const isDefault = file === undefined || file === locateConfig(undefined, {}).file;
  return startsOn(readFileSync(unit, 'utf8'), file, isDefault);
}
