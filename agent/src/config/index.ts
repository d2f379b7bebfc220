export { AgentConfigError } from 'opentelemetry-instrumentation-tcp-connections/config';
export { type AgentConfig, type LoadConfigOptions, loadConfig, type OtlpConfig } from './load.js';
