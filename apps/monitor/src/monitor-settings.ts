import type { Config } from '@nebula/config';
import type { MonitorOptions } from './monitor-options';

/** What the monitor is told, out of the configuration. */
export const monitorOptionsOf = (config: Config): MonitorOptions => ({
  installation: config.INSTALLATION,
  forgetAfterHours: config.HOST_FORGET_AFTER_HOURS,
});
