import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { apiOptionsOf, type ApiOptions } from '@nebula/api';
import type { Config } from '@nebula/config';
import { type MonitorOptions, monitorOptionsOf } from '@nebula/monitor';
import type { HostPort } from '@nebula/domain';
import type { EngineInfo } from '@nebula/orchestration';
import { hostIdOf, type WorkerOptions, workerOptionsOf } from '@nebula/worker';

export interface StandaloneSettings {
  dataFolder: string;
  address: { host: string; port: number };
  trustedProxies: readonly string[];
  logLevel: Config['LOG_LEVEL'];
  api: ApiOptions;
  /** Of this machine's host, whose name is known from the start. */
  worker: WorkerOptions & { hostId: string };
  monitor: MonitorOptions;
}

/** What each part is told, out of one configuration. */
export function settingsOf(config: Config, password: string, engine: EngineInfo, version: string): StandaloneSettings {
  return {
    dataFolder: config.DATA_DIR,
    address: { host: config.API_HOST, port: config.API_PORT },
    trustedProxies: config.TRUSTED_PROXIES,
    logLevel: config.LOG_LEVEL,
    api: apiOptionsOf(config, password),
    worker: {
      ...workerOptionsOf(config, version),
      hostId: config.HOST_ID ?? hostIdOf(engine),
      ownPorts: ownPortsOf(config, engine),
    },
    monitor: monitorOptionsOf(config),
  };
}

/**
 * The API's port is one of the Docker host's where this process is on that host's own network: the Engine is behind a
 * socket, and names its host as this process does. In a container with ports of its own neither is ours to say.
 */
function ownPortsOf({ API_HOST, API_PORT, DOCKER_HOST = '' }: Config, engine: EngineInfo): HostPort[] {
  const isHere = (DOCKER_HOST === '' || DOCKER_HOST.startsWith('unix:')) && engine.name === hostname();
  // '::' takes IPv4 too, and a name may stand for any address.
  const hostIp = isIP(API_HOST) > 0 && API_HOST !== '::' ? API_HOST : undefined;
  return isHere && API_PORT > 0 ? [{ host: API_PORT, protocol: 'tcp', ...(hostIp && { hostIp }) }] : [];
}
