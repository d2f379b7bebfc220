/** Compiled where there is nothing but the package and @opentelemetry/api: no SDK, no types of Node. */
import {
  AgentConfigError,
  type ConfigProblem,
  type MetricName,
  readAgentConfig,
  TcpConnectionsInstrumentation,
  type TcpConnectionsOptions,
} from 'opentelemetry-instrumentation-tcp-connections';
import {
  readTcpTable,
  TCP_STATES,
  type TcpState,
  type TcpStateCounts,
  TcpTableError,
} from 'opentelemetry-instrumentation-tcp-connections/procfs';
import 'opentelemetry-instrumentation-tcp-connections/register';

const metrics: MetricName[] = ['tcp_connections', 'tcp_time_wait'];
const options: TcpConnectionsOptions = { ...(await readAgentConfig()), metrics };
new TcpConnectionsInstrumentation(options).disable();

const counts: TcpStateCounts = await readTcpTable('/proc/self/net/tcp');
export const numbers: number[] = TCP_STATES.map((state: TcpState) => counts[state]);

export function explain(error: unknown): string | readonly ConfigProblem[] {
  if (error instanceof AgentConfigError) return error.problems;
  return error instanceof TcpTableError ? error.path : 'unknown';
}
