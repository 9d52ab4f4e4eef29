import type { ContainerRuntime } from '../container-runtime';

export type CallName = Exclude<keyof ContainerRuntime, 'watch'>;

export interface Call {
  name: CallName;
  /** What it was about: ids, names, references, in the order of the arguments. */
  about: string[];
}

/** Every call of the runtime, the oldest dropped beyond `kept`; `count` forgets none. */
export class CallJournal {
  readonly calls: Call[] = [];
  private readonly counts = new Map<CallName, number>();

  constructor(private readonly kept: number) {}

  add(name: CallName, about: string[]): void {
    this.counts.set(name, this.count(name) + 1);
    this.calls.push({ name, about });
    // half at a time: dropping one with each call would move all the others each time
    if (this.calls.length > this.kept) this.calls.splice(0, Math.ceil(this.calls.length / 2));
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
