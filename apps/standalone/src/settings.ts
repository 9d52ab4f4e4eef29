import { apiOptionsOf, type ApiOptions } from '@nebula/api';
import type { Config } from '@nebula/config';
import { type MonitorOptions, monitorOptionsOf } from '@nebula/monitor';
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
    worker: { ...workerOptionsOf(config, version), hostId: config.HOST_ID ?? hostIdOf(engine) },
    monitor: monitorOptionsOf(config),
  };
}
