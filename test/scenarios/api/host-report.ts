import type { HostReport } from '@nebula/domain';

/** A whole report of a host that runs everything, but for what is given. */
export const hostReport = (given: Partial<HostReport>): HostReport => ({
  host: 'h1',
  start: 'start-1',
  count: 1,
  full: true,
  selection: { all: true, names: [] },
  workerVersion: '3.0.0',
  problems: [],
  apps: [],
  gone: [],
  ...given,
});
