export { AgentConfigError, type ConfigProblem, readAgentConfig } from './config/index.js';
export { TcpConnectionsInstrumentation } from './instrumentation.js';
export type { InterfaceSelection } from './interfaces.js';
export type { MetricName } from './metrics/names.js';
export type { TcpConnectionsOptions } from './options.js';
