/** The commands that the Dockerfile tells in its first lines, as they stand there. */
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../deploy/container/Dockerfile', import.meta.url), 'utf8');

export const [BUILD = '', INIT = '', RUN = ''] = [...text.matchAll(/^# {3}(docker .*)$/gm)].map(
  ([, command = '']) => command,
);
