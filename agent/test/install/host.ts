/**
 * A host as an operator's: in a mount namespace of its own, with the built checkout at /opt/scout-agent, Node at
 * /opt/node, and empty folders where `install` writes. Needs no root.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { namespaceRefusal } from '../../../test/support/namespace.js';
import { type Ended, follow, type Test } from '../support/scout-agent.js';

export const NODE = '/opt/node';
export const FOLDER = '/opt/scout-agent';
export const PROGRAM = `${FOLDER}/agent/dist/cli.js`;

/**
 * Shell functions: `place_program FOLDER` and `place_node FILE` put the checkout and the interpreter somewhere;
 * `cover FOLDER...` puts empty folders over these and then both where the constants say, even where they lay in one.
 */
export const PLACING = `
  place_program() {
    mkdir -p "$1/agent" "$1/dist" "$1/node_modules"
    touch "$1/package.json"
    for part in agent dist node_modules package.json; do mount -c --rbind "$CHECKOUT/$part" "$1/$part"; done
  }
  place_node() {
    mkdir -p "$(dirname "$1")"
    touch "$1"
    mount -c --bind "$NODE" "$1"
  }
  cover() {
    exec 3<"$CHECKOUT" 4<"$NODE"
    for folder in "$@"; do mount -t tmpfs -o mode=755 none "$folder"; done
    CHECKOUT=/proc/self/fd/3 NODE=/proc/self/fd/4
    place_program ${FOLDER}
    place_node ${NODE}
    CHECKOUT=${FOLDER} NODE=${NODE}
    exec 3<&- 4<&-
  }
`;

/** What {@link PLACING} needs, until it has covered anything. */
export const PLACING_ENV = {
  PATH: process.env.PATH,
  CHECKOUT: fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''),
  NODE: process.execPath,
};

const SET_UP = `
  ${PLACING}
  cover /etc /run /home /opt
  scout_agent() { ${NODE} ${PROGRAM} "$@"; }
`;

/**
 * Runs a script as this host's root. In it `scout_agent` is the command, and `$1` and so on are `args`.
 * Skips the test where this machine has no namespaces.
 */
export function onHost(
  t: Test & { skip(note: string): void },
  script: string,
  ...args: string[]
): Promise<Ended> {
  const refusal = namespaceRefusal();
  if (refusal) t.skip(refusal);
  const shell = spawn('unshare', ['-Urm', 'sh', '-ec', `${SET_UP}\n${script}`, 'sh', ...args], {
    env: PLACING_ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(t, shell).ended;
}
