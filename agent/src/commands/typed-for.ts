import { locateConfig } from 'opentelemetry-instrumentation-tcp-connections/config';
import { TYPED } from '../started.js';
import { shellWord } from './shell-word.js';

/**
 * Another command for the same configuration, as a person types it.
 * @param file of the configuration, as an absolute path; `undefined` where there is none
 */
export function typedFor(command: string, file: string | undefined): string {
  // What a variable of this environment names, another shell or sudo would not find.
  const isFound = file === undefined || file === locateConfig(undefined, {}).file;
  return `${TYPED} ${command}${isFound ? '' : ` --config ${shellWord(file)}`}`;
}
