import type { ContainerRuntime } from '../container-runtime';

export type CallName = Exclude<keyof ContainerRuntime, 'watch'>;

export interface Call {
  name: CallName;
  /** What it was about: ids, names, references, in the order of the arguments. */
  about: string[];
}

const KEPT = 10_000;

/** Every call of the runtime, the oldest dropped beyond ten thousand; `count` forgets none. */
export class CallJournal {
  readonly calls: Call[] = [];
  private readonly counts = new Map<CallName, number>();

  add(name: CallName, about: string[]): void {
    this.counts.set(name, this.count(name) + 1);
    if (this.calls.length >= KEPT) this.calls.splice(0, KEPT / 2);
    this.calls.push({ name, about });
  }

  count(name: CallName): number {
    return this.counts.get(name) ?? 0;
  }

  /** `create web-1`, `start 4f…`, …: those that change something, in order. */
  changes(): string[] {
    return this.calls.filter(({ name }) => CHANGING.has(name)).map(({ name, about }) => [name, ...about].join(' '));
  }

  clear(): void {
    this.calls.length = 0;
    this.counts.clear();
  }
}

const CHANGING: ReadonlySet<CallName> = new Set<CallName>([
  'pull',
  'create',
  'start',
  'stop',
  'unpause',
  'rename',
  'remove',
  'connect',
  'ensureNetwork',
  'ensureVolume',
  'removeVolume',
]);
