import type { Moment, Note } from './orders';

interface Watch {
  moment: Moment;
  /** Of this generation, or of a newer one. */
  generation: number;
  hosts: Set<string>;
  /** When, by host. */
  seen: Map<string, number>;
  done: () => void;
}

/** What hosts note, as it comes in. */
export class Moments {
  private readonly watches = new Set<Watch>();

  take(notes: readonly Note[]): void {
    for (const note of notes) for (const watch of this.watches) look(watch, note);
  }

  /** From now on, the first time that each of these hosts notes it. */
  watch(moment: Moment, hosts: readonly string[], generation = 0): Watched {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch: Watch = { moment, generation, hosts: new Set(hosts), seen: new Map(), done: resolve };
    this.watches.add(watch);
    return new Watched(watch, promise, () => this.watches.delete(watch));
  }
}

export class Watched {
  constructor(
    private readonly watch: Watch,
    private readonly done: Promise<void>,
    private readonly end: () => void,
  ) {}

  get count(): number {
    return this.watch.seen.size;
  }

  get isDone(): boolean {
    return this.watch.seen.size === this.watch.hosts.size;
  }

  /** Milliseconds from then to each host's moment, so far. */
  since(at: number): number[] {
    return [...this.watch.seen.values()].map((time) => time - at);
  }

  /** Resolves when every host has noted it; rejects with some that have not. */
  async all(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.missing(withinMs)), withinMs);
    });
    await Promise.race([this.done, late]).finally(() => {
      clearTimeout(timer);
      this.end();
    });
  }

  private missing(ms: number): Error {
    const { moment, generation, hosts, seen } = this.watch;
    const missing = [...hosts].filter((host) => !seen.has(host));
    const some = missing.slice(0, 3).join(', ');
    return new Error(`after ${ms} ms ${missing.length} of ${hosts.size} are not ${moment} (${generation}): ${some}`);
  }
}

function look(watch: Watch, { moment, host, generation, at }: Note): void {
  if (moment !== watch.moment || generation < watch.generation) return;
  if (!watch.hosts.has(host) || watch.seen.has(host)) return;
  watch.seen.set(host, at);
  if (watch.seen.size === watch.hosts.size) watch.done();
}
