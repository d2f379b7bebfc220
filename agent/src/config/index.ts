export { formatConfig } from './format.js';
export { type AgentConfig, type LoadConfigOptions, loadConfig } from './load.js';
export type { OtlpConfig } from './otlp.js';
export type { Setting } from './settings.js';
export { configTemplate } from './template.js';
