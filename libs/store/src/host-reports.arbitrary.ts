import type { AppReport, ContainerReport, HostReport, Selection } from '@nebula/domain';

export const NOW = Date.parse('2026-01-02T03:04:05.678Z');
export const at = (seconds: number): Date => new Date(NOW + seconds * 1000);
export const NEVER_SILENT = at(-1e6);
export const EVERY: Selection = { all: true, names: [] };
export const inGroup = (group: string): Selection => ({ all: false, names: [], group });
export const onList = (...names: string[]): Selection => ({ all: false, names });

export function container(id: string, change: Partial<ContainerReport> = {}): ContainerReport {
  return {
    id,
    name: `web-${id}`,
    ordinal: 1,
    state: 'running',
    image: 'web:1',
    imageId: 'sha256:1',
    generation: 1,
    ports: [{ host: 80, container: 80, protocol: 'tcp' }],
    startedAt: '2026-01-01T00:00:00.000Z',
    restartCount: 0,
    ...change,
  };
}

export function appReport(app: string, change: Partial<AppReport> = {}): AppReport {
  return { app, generation: 1, state: 'converged', containers: [], ...change };
}

export function hostReport(host: string, count: number, change: Partial<HostReport> = {}): HostReport {
  return {
    host,
    start: 'first',
    count,
    full: true,
    selection: EVERY,
    workerVersion: '3.0.0',
    problems: [],
    apps: [],
    gone: [],
    ...change,
  };
}
