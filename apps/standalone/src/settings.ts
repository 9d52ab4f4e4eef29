import { join } from 'node:path';
import { hostIdOf, type WorkerOptions } from '@nebula/worker';
import type { ApiOptions } from '@nebula/api';
import { type Config, loginFor, registryLogins, selectionOf } from '@nebula/config';
import type { Selection } from '@nebula/domain';
import type { EngineInfo } from '@nebula/orchestration';

export interface StandaloneSettings {
  dataFolder: string;
  address: { host: string; port: number };
  trustedProxies: readonly string[];
  logLevel: Config['LOG_LEVEL'];
  /** The name of this machine's host, and what it runs. */
  host: { id: string; selection: Selection };
  api: ApiOptions;
  worker: WorkerOptions;
  monitor: { installation: string; forgetAfterHours: number };
}

/** What each part is told, out of one configuration. */
export function settingsOf(config: Config, password: string, engine: EngineInfo, version: string): StandaloneSettings {
  const selection = selectionOf(config) ?? { all: true, names: [] };
  const logins = registryLogins(config);
  const installation = config.INSTALLATION;
  const hostId = config.HOST_ID ?? hostIdOf(engine);
  return {
    dataFolder: config.DATA_DIR,
    address: { host: config.API_HOST, port: config.API_PORT },
    trustedProxies: config.TRUSTED_PROXIES,
    logLevel: config.LOG_LEVEL,
    host: { id: hostId, selection },
    api: {
      installation,
      basicAuthUser: config.BASIC_AUTH_USER,
      basicAuthPassword: password,
      authToken: config.AUTH_TOKEN,
      reportIntervalSeconds: config.REPORT_INTERVAL_SECONDS,
      digestIntervalSeconds: config.DIGEST_INTERVAL_SECONDS,
    },
    worker: {
      installation,
      selection,
      hostId,
      file: join(config.DATA_DIR, 'worker.json'),
      reportIntervalMs: config.REPORT_INTERVAL_SECONDS * 1000,
      sweepMs: config.SWEEP_INTERVAL_SECONDS * 1000,
      maxRestartWaitMs: config.MAX_RESTART_WAIT_IN_SECONDS * 1000,
      version,
      login: (reference) => loginFor(logins, reference),
    },
    monitor: { installation, forgetAfterHours: config.HOST_FORGET_AFTER_HOURS },
  };
}
