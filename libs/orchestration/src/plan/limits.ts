import type { App } from '@nebula/domain';
import type { ObservedLimits } from '../runtime';

const NAMES = { nanoCpus: 'the CPU limit', memory: 'the memory limit', restartPolicy: 'the restart policy' } as const;
const NAMED = Object.entries(NAMES) as [keyof typeof NAMES, string][];

export interface LimitsApart {
  /** Differ from the app's, and from what the container had once it was made. */
  changedByHand: string[];
  /** Differ from the app's since the container was made. */
  notKept: string[];
  /** The app has no such limit, the container has had it since it was made. */
  added: string[];
}

/**
 * In which limits a container is apart from its app, by their names, and by whose doing. No Engine keeps all that it is
 * told: without the kernel's part for it a limit is dropped, and some Engines add limits of their own.
 * @param made what it had once it was made; where that is not known, what it has now
 */
export function limitsApart(limits: ObservedLimits, app: App, made: ObservedLimits = limits): LimitsApart {
  if (isAsWished(limits, app)) return NONE;
  const since = differences(limits, made);
  const fromWish = differences(limits, wishedLimits(app));
  const wished = new Set<string>(Object.values(NAMES));
  const old = [...fromWish.difference(since)];
  return {
    changedByHand: [...fromWish.intersection(since)],
    notKept: old.filter((name) => wished.has(name)),
    added: old.filter((name) => !wished.has(name)),
  };
}

const NONE: LimitsApart = { changedByHand: [], notKept: [], added: [] };

/** The usual case by far: nothing is put together for it. */
function isAsWished({ nanoCpus, memory, restartPolicy, others }: ObservedLimits, app: App): boolean {
  const wished = wishedLimits(app);
  return (
    others.length === 0 &&
    nanoCpus === wished.nanoCpus &&
    memory === wished.memory &&
    restartPolicy === wished.restartPolicy
  );
}

function wishedLimits({ resources: { cpus, memoryMiB } }: App): ObservedLimits {
  return {
    nanoCpus: Math.round((cpus ?? 0) * 1e9),
    memory: Math.round((memoryMiB ?? 0) * 2 ** 20),
    restartPolicy: 'unless-stopped',
    others: [],
  };
}

function differences(a: ObservedLimits, b: ObservedLimits): Set<string> {
  const named = NAMED.filter(([key]) => a[key] !== b[key]).map(([, name]) => name);
  return new Set([...named, ...new Set(a.others).symmetricDifference(new Set(b.others))]);
}
