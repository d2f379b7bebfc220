import { join } from 'node:path';
import { configTemplate } from '../config/template.js';
import { create, readText, replace } from '../install/files.js';
import { locateTarget, type Target } from '../install/places.js';
import { PROCESSES, PROCESSES_PATH } from '../install/processes.js';
import { needRoot } from '../install/rights.js';
import { isEnabled, isMasked, systemctl, systemdRuns } from '../install/systemctl.js';
import { PACKAGED_UNIT_PATH, UNIT, UNIT_PATH, unit } from '../install/unit.js';
import { checkWritable } from '../install/writing.js';
import { TYPED } from '../started.js';
import { answer } from './answer.js';
import { shellWord } from './shell-word.js';

export interface InstallOptions {
  /** Another root folder, for packaging: nothing of this host is touched. */
  readonly root: string | undefined;
  /** Only tell what would be done. */
  readonly dryRun: boolean;
  /** Whether the service may see which processes hold the connections. */
  readonly processes: boolean;
  /** What --config names. */
  readonly config: string | undefined;
}

/**
 * Puts the unit and a commented agent.env.yml in place, and has systemd start the agent at boot where the unit is new. Starts
 * nothing now.
 * @throws {Error} without root's rights, where the service could not see its interpreter, program or file, where its unit
 * is masked, or where a file can't be written: then none is, as far as that shows beforehand
 */
export async function install({ root, dryRun, processes, config }: InstallOptions): Promise<void> {
  if (root === undefined && !dryRun) needRoot('install');
  const target = await locateTarget(root, config);
  // A strict umask of root's would hide the files from the service's user.
  process.umask(0o022);

  const here = (path: string) => join(target.root, path);
  if (await isMasked(here(UNIT_PATH))) throw new Error(masked(here(UNIT_PATH), target.root));
  const unitChange = await changeTo(await unitFile(target, here), unit(target), 'replace');
  const changes = [await changeTo(here(target.configFile), configTemplate(), 'keep'), unitChange];
  if (processes) changes.push(await changeTo(here(PROCESSES_PATH), PROCESSES, 'replace'));
  const isManaged = root === undefined && systemdRuns();
  // One that was there before may have been disabled on purpose.
  const calling = isManaged ? [RELOAD, ...(unitChange.kind === 'create' ? [ENABLE] : [])] : [];

  if (dryRun) {
    const calls = calling.map((args) => `systemctl ${args.join(' ')}: to be run\n`);
    await answer(changes.map(preview).join('') + calls.join(''));
    return;
  }
  for (const { path, kind } of changes)
    if (kind === 'create' || kind === 'replace') await checkWritable(path);
  for (const change of changes) await answer(await apply(change));
  for (const args of calling) await systemctl(...args);
  if (root === undefined) await answer(nextSteps(target, await boot(isManaged)));
}

const RELOAD = ['daemon-reload'];
const ENABLE = ['enable', '--quiet', UNIT];

function masked(path: string, root: string): string {
  const at = root === '' ? '' : ` --root=${shellWord(root)}`;
  return `${path} is masked, so that nothing starts the service; to install it: sudo systemctl${at} unmask ${UNIT}`;
}

/** The one that is or will be in force: a package's is left to itself where it starts this very program. */
async function unitFile(target: Target, here: (path: string) => string): Promise<string> {
  const own = here(UNIT_PATH);
  const packaged = here(PACKAGED_UNIT_PATH);
  const isPackaged = (await readText(own)) === undefined && (await readText(packaged)) === unit(target);
  return isPackaged ? packaged : own;
}

interface Change {
  readonly path: string;
  readonly text: string;
  readonly kind: 'create' | 'replace' | 'keep' | 'none';
}

async function changeTo(path: string, text: string, whereEdited: 'replace' | 'keep'): Promise<Change> {
  const present = await readText(path);
  const kind = present === undefined ? 'create' : present === text ? 'none' : whereEdited;
  return { path, text, kind };
}

function preview({ path, text, kind }: Change): string {
  switch (kind) {
    case 'create':
      return `${path}: to be written\n\n${text}\n`;
    case 'replace':
      return `${path}: to be replaced, and the present one kept as a copy\n\n${text}\n`;
    case 'keep':
    case 'none':
      return unchanged(path, kind);
  }
}

async function apply({ path, text, kind }: Change): Promise<string> {
  switch (kind) {
    case 'create':
      await create(path, text);
      return `${path}: written\n`;
    case 'replace':
      return `${path}: replaced; the one before is ${await replace(path, text)}\n`;
    case 'keep':
    case 'none':
      return unchanged(path, kind);
  }
}

function unchanged(path: string, kind: 'keep' | 'none'): string {
  return `${path}: ${kind === 'none' ? 'there already, unchanged' : 'there already with a text of its own, kept'}\n`;
}

/** Whether it starts at boot, in a sentence. */
async function boot(isManaged: boolean): Promise<string> {
  const command = `sudo systemctl enable ${UNIT}`;
  if (!isManaged) return `systemd is not running here, so nothing was enabled; where it is: ${command}`;
  return (await isEnabled())
    ? 'It starts at boot.'
    : `It is disabled, which is left so: it does not start at boot; to change that: ${command}`;
}

function nextSteps({ config, configFile }: Target, boot: string): string {
  const check = `${TYPED} check${config === undefined ? '' : ` --config ${shellWord(config)}`}`;
  return `
${boot}
Uncomment in ${configFile} what to count; then, and after each change:
  ${check} && sudo systemctl restart scout-agent
`;
}
