export { formatConfig } from './format.js';
export { type AgentConfig, type LoadConfigOptions, loadConfig, type OtlpConfig } from './load.js';
export type { Setting } from './settings.js';
export { configTemplate } from './template.js';
