import { INSTALLATION } from '../fleet-options';
import { isNebulas, type Picture, type Seen } from './pictures';

/** What a fault did itself, by what it says. */
export interface Excuses {
  /** Hosts whose containers were all killed: they may be started again, and must be the same ones. */
  killedHosts: ReadonlySet<string>;
  /** Hosts whose worker was killed or replaced. */
  workers: ReadonlySet<string>;
  /** Apps that were changed. */
  apps: ReadonlySet<string>;
}

/** Containers that went or were started again without need; each is there as it was before, or the fault did it. */
export function unneeded(before: Picture, after: Picture, excuses: Excuses): string[] {
  return [...before].flatMap(([host, containers]) => {
    const now = new Map((after.get(host) ?? []).map((container) => [container.id, container]));
    const watched = containers.filter((container) => mustStay(host, container, excuses));
    const mayStartAgain = excuses.killedHosts.has(host);
    return watched.flatMap((was) => ofOne(was, now.get(was.id), mayStartAgain).map((what) => `${host}: ${what}`));
  });
}

const WORKER = 'nebula-worker';

function mustStay(host: string, container: Seen, { apps, workers }: Excuses): boolean {
  if (container.name === WORKER) return !workers.has(host);
  return !isNebulas(container, INSTALLATION) || !apps.has(container.labels['nebula.app'] ?? '');
}

function ofOne(was: Seen, now: Seen | undefined, mayStartAgain: boolean): string[] {
  if (!now) return [`${was.name} (${was.id.slice(0, 12)}) was removed`];
  if (now.name !== was.name) return [`${was.name} is called ${now.name} now`];
  if (was.running && !now.running) return [`${was.name} does not run any more`];
  if (mayStartAgain || now.startedAt === was.startedAt) return [];
  return [`${was.name} was started again: ${was.startedAt}, then ${now.startedAt}`];
}
