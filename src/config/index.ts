import { inspect } from 'node:util';
import type { TcpConnectionsOptions } from '../options.js';
import { AgentConfigError, type ConfigProblem } from './error.js';
import { readConfigFile } from './file.js';
import { procFromEnvironment } from './proc.js';

export { AgentConfigError, type ConfigProblem } from './error.js';

/**
 * Reads what agent.env.yml says to the plugin: the options of `new TcpConnectionsInstrumentation(options)`.
 * The agent's own sections are known names and are not judged. `proc` is HOST_PROC, else `/proc`, where the
 * file is silent.
 *
 * @param path the file; else the one that SCOUT_AGENT_CONFIG names, else /opt/scout-agent/agent.env.yml. No
 *   file at that default place means the built-in defaults.
 * @throws AgentConfigError with every mistake, and where a named file is missing or can't be read
 * @throws {TypeError} where `path` is no text
 */
export async function readAgentConfig(path?: string): Promise<TcpConnectionsOptions> {
  if (path !== undefined && typeof path !== 'string') {
    throw new TypeError(`readAgentConfig takes the path of a file, not ${inspect(path, { depth: 0 })}`);
  }
  const source = await readConfigFile(path, process.env);
  // js-yaml and zod hold 6 MB of resident memory: an application without a file never loads them.
  const options = source && (await (await import('./read-options.js')).readOptions(source, process.env));
  const problems: ConfigProblem[] = [];
  const proc = options?.proc ?? procFromEnvironment(process.env, problems) ?? '/proc';
  if (problems.length > 0) throw new AgentConfigError(problems);
  return { ...options, proc };
}
