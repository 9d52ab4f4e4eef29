import { DomainError, type Generation } from '@nebula/domain';
import { type GenerationStore, InTurn } from '@nebula/store';

/** Of each name, at least; older ones are pruned by number. */
const KEPT_GENERATIONS = 100;
/** Generations of a name between two prunings: each costs about as much as a change. */
const PRUNED_TOGETHER = 20;
/** More lost races in a row than any number of replicas can explain: the store says no for another reason. */
const MAX_ATTEMPTS = 50;

/** Decides what comes after the newest generation (undefined: there never was one), or throws why nothing does. */
export type Decide<G> = (newest: G | undefined) => Promise<G> | G;

/** Changes of one kind of noun: each is decided on the newest generation, and again when another got in between. */
export class Ledger<G extends Generation> {
  private readonly turns = new InTurn();

  /** @param mayChange rejects when nothing may be changed, whatever it is */
  constructor(
    private readonly store: GenerationStore<G>,
    private readonly mayChange: () => Promise<void>,
  ) {}

  /** @returns the generation that was stored, for certain */
  change(name: string, decide: Decide<G>): Promise<{ stored: G; before: G | undefined }> {
    // Replicas race by compare-and-set; within one there is no need to lose races against ourselves.
    return this.turns.run(name, async () => {
      let before: G | undefined = (await Promise.all([this.store.newest(name), this.mayChange()]))[0];
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const stored = await decide(before);
        if (await this.store.append(stored)) {
          this.prune(stored);
          return { stored, before };
        }
        before = await this.store.newest(name);
      }
      throw new DomainError('unavailable', 'contended', `Others change ${name} all the time: try again.`);
    });
  }

  /** Nobody waits for it, and one that fails is made good by the next. */
  private prune({ name, generation }: G): void {
    if (generation <= KEPT_GENERATIONS || generation % PRUNED_TOGETHER > 0) return;
    void this.store.prune(name, KEPT_GENERATIONS).catch(() => undefined);
  }
}

export function requireLive<G extends Generation>(newest: G | undefined, name: string, what: string): G {
  if (newest !== undefined && !newest.deleted) return newest;
  throw new DomainError('not-found', `no-such-${what.replace(' ', '-')}`, `There is no ${what} ${shown(name)}.`);
}

/** A name as callers wrote it, short enough for a sentence. */
const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
