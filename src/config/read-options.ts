import type { TcpConnectionsOptions } from '../options.js';
import { readDocument } from './document.js';
import { AgentConfigError } from './error.js';
import type { ConfigSource } from './file.js';
import { AGENT_SECTIONS, pluginSchema } from './sections.js';

/** The plugin's options in a file; an option that the file does not hold is absent. */
export async function readOptions(
  source: ConfigSource,
  env: NodeJS.ProcessEnv,
): Promise<Omit<TcpConnectionsOptions, 'enabled'>> {
  const { value, problems } = await readDocument(source, {
    schema: pluginSchema,
    verbatim: AGENT_SECTIONS,
    env,
  });
  if (value === undefined) throw new AgentConfigError(problems);
  const { metrics, ports, loopback, namespaces, process, interfaces, proc } = value;
  return {
    ...(metrics && { metrics }),
    ...(ports && { ports }),
    ...(loopback !== undefined && { loopback }),
    ...(namespaces && { namespaces }),
    ...(process !== undefined && { process }),
    ...(interfaces && { interfaces }),
    ...(proc && { proc }),
  };
}
