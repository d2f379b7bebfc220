import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateConfig } from 'opentelemetry-instrumentation-tcp-connections/config';
import type { Places } from './unit.js';
import { hiddenFromService } from './visible.js';

/** Where the host that is installed to has its files. */
export interface Target extends Places {
  /** Where that host's root folder is now; empty for this host. */
  readonly root: string;
  /** agent.env.yml, on that host. */
  readonly configFile: string;
}

/**
 * The running program's own places, as the host sees them that it is installed to: what lies in `root` has its name
 * below it, and anything else keeps its own.
 * @param config what --config names
 * @throws {Error} with every place that the service could not see
 */
export async function locateTarget(root: string | undefined, config: string | undefined): Promise<Target> {
  const above = root === undefined ? '' : await realpath(root).catch(() => resolve(root));
  const onTarget = (path: string) => (path.startsWith(`${above}/`) ? path.slice(above.length) : path);
  const interpreter = onTarget(process.execPath);
  const program = onTarget(await realpath(process.argv[1] as string));
  const plugin = onTarget(
    await realpath(fileURLToPath(import.meta.resolve('opentelemetry-instrumentation-tcp-connections'))),
  );
  const { file, namedBy } = locateConfig(config, process.env);

  const refusals = [
    told(
      await hiddenFromService(interpreter, above),
      'install Node under /usr or /opt, and run this with it',
    ),
    told(
      (await hiddenFromService(program, above)) ?? (await hiddenFromService(plugin, above)),
      'move the program under /opt or /usr, and run it from there',
    ),
    told(await hiddenFromService(file, above), 'move it or change its mode; secrets need not stand in it'),
  ].filter((refusal) => refusal !== undefined);
  if (refusals.length > 0) throw new Error(`the service could not start:\n${refusals.join('\n')}`);
  return {
    root: above,
    interpreter,
    program,
    config: namedBy === undefined ? undefined : file,
    configFile: file,
  };
}

function told(refusal: string | undefined, remedy: string): string | undefined {
  return refusal && `  ${refusal}; ${remedy}`;
}
