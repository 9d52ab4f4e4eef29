export { ConfigError } from './config-error';
export type { ConfSources } from './conf-file';
export { configurationTable } from './configuration-table';
export { loadConfig } from './load-config';
export { processSources } from './process-sources';
export { type RabbitAccess, rabbitAccessOf } from './rabbit';
export { loginFor, registryLogins, type RegistryLogin } from './registries';
export { selectionOf } from './selection-of';
export type { Config, ConfigOf, LogLevel, Program } from './settings';
