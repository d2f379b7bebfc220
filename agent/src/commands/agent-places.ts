import { lstatSync } from 'node:fs';
import type { AgentConfig } from '../config/load.js';
import type { Setting } from '../config/settings.js';
import { socketIn, socketPath } from '../control/place.js';
import { RUNTIME_PATH, STATE_PATH } from '../install/unit.js';

/** Where the agent that a command is about has its things. */
export interface AgentPlaces {
  /** The folder of its history. */
  readonly state: string;
  readonly socket: string;
}

/** The service's places, which its unit names, unless the file names a folder: that holds for both. */
export function agentPlaces({ history: { directory }, settings }: AgentConfig): AgentPlaces {
  const { origin } = settings.find(({ path }) => path.join('.') === 'history.directory') as Setting;
  // The link is there for every user, and what it leads to for root alone.
  const ofService = lstatSync(STATE_PATH, { throwIfNoEntry: false }) !== undefined;
  return ofService && ['default', 'XDG_STATE_HOME'].includes(origin)
    ? { state: STATE_PATH, socket: socketIn(RUNTIME_PATH) }
    : { state: directory, socket: socketPath(directory) };
}
