import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';
import { type FromEnvironment, firstSet } from './from-environment.js';

/** What the agent keeps of the past. */
export interface HistoryConfig {
  /** Absolute path of the folder that holds the history's file. */
  readonly directory: string;
  /** How long the hourly values are kept, in milliseconds. */
  readonly retentionMillis: number;
}

/** Where `history.directory` is when the file doesn't say, and what says so. */
export function stateDirectory(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): FromEnvironment<string> {
  // systemd gives several separated by colons: systemd.exec(5), "StateDirectory=".
  const ofService = firstSet(env, 'STATE_DIRECTORY');
  if (ofService !== undefined) {
    const [first] = ofService.value.split(':') as [string];
    if (first.startsWith('/')) return { ...ofService, value: first };
    problems.push({
      source: ofService.variable,
      message: 'must be an absolute path such as /var/lib/scout-agent',
    });
  }
  // A relative one is to be ignored: XDG Base Directory Specification, "Basics".
  const ofUser = firstSet(env, 'XDG_STATE_HOME');
  if (ofUser?.value.startsWith('/')) return { ...ofUser, value: join(ofUser.value, 'scout-agent') };
  return { variable: 'default', value: join(homedir(), '.local/state/scout-agent') };
}
