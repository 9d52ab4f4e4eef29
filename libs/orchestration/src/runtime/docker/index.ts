export type { DockerHost } from './docker-host';
export { DockerRuntime } from './docker-runtime';
