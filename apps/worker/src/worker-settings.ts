import { join } from 'node:path';
import { type Config, loginFor, registryLogins, selectionOf } from '@nebula/config';
import type { WorkerOptions } from './worker-options';

/** What the worker is told, out of the configuration. */
export function workerOptionsOf(config: Config, version: string): WorkerOptions {
  const logins = registryLogins(config);
  return {
    installation: config.INSTALLATION,
    selection: selectionOf(config),
    hostId: config.HOST_ID,
    file: join(config.DATA_DIR, 'worker.json'),
    reportIntervalMs: config.REPORT_INTERVAL_SECONDS * 1000,
    sweepMs: config.SWEEP_INTERVAL_SECONDS * 1000,
    settleMs: config.SETTLE_SECONDS * 1000,
    maxRestartWaitMs: config.MAX_RESTART_WAIT_IN_SECONDS * 1000,
    version,
    login: (reference) => loginFor(logins, reference),
  };
}
