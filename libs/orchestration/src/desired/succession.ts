import { type AppGeneration, type Ownership, settingsHash, settingsHashBy, supersedes } from '@nebula/domain';

/** Generations of the apps that a store had when this host began to follow it, by name. */
export type Inheritance = Record<string, number>;

/** A hash that no container has and every version reads. */
const NOBODYS_SETTINGS = settingsHash({ deleted: true } as AppGeneration);

/**
 * What becomes of containers that were made on the word of a store which another one took the place of. Their labels count
 * generations of the former; what they say is put into the words of the store that is followed now.
 */
export class Succession {
  private inherited?: ReadonlyMap<string, number>;
  /** There is a question for each container in each plan. */
  private readonly answers = new WeakMap<AppGeneration, Map<string, string>>();

  constructor(saved?: Inheritance) {
    if (saved) this.inherited = new Map(Object.entries(saved));
  }

  /** What the followed store says is known as a whole: its counters count from here. */
  get hasBegun(): boolean {
    return this.inherited !== undefined;
  }

  begin(apps: Iterable<AppGeneration>): void {
    this.inherited = new Map([...apps].map(({ name, generation }) => [name, generation]));
  }

  end(): void {
    this.inherited = undefined;
  }

  /**
   * @param owner of a store that was superseded
   * @param app what the followed store says of its app now
   */
  inherit(owner: Ownership, store: string, app: AppGeneration): Ownership {
    const generation = this.inherited ? (this.inherited.get(app.name) ?? 0) : app.generation;
    // Of an app that was born since, it is of an earlier life; else of this one, whatever its counters counted.
    const life = {
      bornAt: app.bornAt > generation ? 0 : app.bornAt,
      restartedAt: app.restartedAt > generation ? 0 : app.restartedAt,
    };
    return { ...owner, store, generation, settings: this.settingsOf(owner, app, generation), life };
  }

  save(): Inheritance | undefined {
    return this.inherited && Object.fromEntries(this.inherited);
  }

  private settingsOf(owner: Ownership, app: AppGeneration, since: number): string {
    const { settings, life } = owner;
    const key = [settings, life.bornAt, life.restartedAt, since].join();
    const known = this.answers.get(app) ?? new Map<string, string>();
    this.answers.set(app, known);
    const answer = known.get(key) ?? (isStillMade(owner, app, since) ? settingsHash(app) : NOBODYS_SETTINGS);
    known.set(key, answer);
    return answer;
  }
}

export const isSuperseded = (store: string, followed: string | undefined): boolean =>
  followed !== undefined && store !== followed && supersedes(followed, store);

/** Nothing but the counters differs, and those were not raised since: they counted something else. */
function isStillMade({ settings, life }: Ownership, app: AppGeneration, since: number): boolean {
  if (app.restartedAt > since || app.bornAt > since) return false;
  const form = Number(settings.slice(0, settings.indexOf(':')));
  return settingsHashBy(form, { ...app, ...life }) === settings;
}
