import type { AppGeneration, GroupGeneration, HostProblem, Ownership, Selection, Snapshot } from '@nebula/domain';

/** What is kept on disk of it. */
export interface DesiredStateData {
  store?: string;
  apps: AppGeneration[];
  /** The newest generation heard of the host's group: perhaps a tombstone. */
  group?: GroupGeneration;
  /** The group's last live list: what the host goes on running when the group is deleted. */
  groupApps?: string[];
}

/** What becomes of a container that carries our installation's labels. */
export type Fate =
  | { do: 'run' } // its app is wanted here: the plan of the app decides
  | { do: 'leave' } // there is word that it must go
  | { do: 'keep'; reason?: 'other-store' | 'older-store' | 'not-listed' };

/** What was known when a snapshot was asked for: what came in since then is no sign of an older store. */
export type Baseline = ReadonlyMap<string, number>;

/**
 * The newest generation of every app that this host heard of, whatever the order, number and age of messages. Invariants:
 * 1. A generation never goes back. 2. It follows one store; the word of another changes nothing. 3. Nothing is forgotten
 * because it is missing from what was heard. 4. Apps that are heard of but not wanted (yet) are kept: their group's
 * message may still be on its way.
 */
export class DesiredState {
  private readonly apps = new Map<string, AppGeneration>();
  private store?: string;
  private group?: GroupGeneration;
  private groupApps?: string[];
  private groupUnknown = false;
  private otherStore?: string;
  private readonly older = new Map<string, { here: number; store: number | undefined }>();

  constructor(
    readonly selection: Selection,
    saved?: DesiredStateData,
  ) {
    this.store = saved?.store;
    for (const app of saved?.apps ?? []) this.apps.set(app.name, app);
    if (saved?.group?.name === selection.group) {
      this.group = saved?.group;
      this.groupApps = saved?.groupApps;
    }
  }

  get followedStore(): string | undefined {
    return this.store;
  }

  get groupGeneration(): number | undefined {
    return this.group?.generation;
  }

  /** @returns whether anything changed */
  hearApp(store: string, app: AppGeneration): boolean {
    return this.follows(store) && this.takeApp(app);
  }

  /** @returns whether anything changed */
  hearGroup(store: string, group: GroupGeneration, apps: readonly AppGeneration[]): boolean {
    if (!this.follows(store)) return false;
    const changed = apps.map((app) => this.takeApp(app)).includes(true);
    return this.takeGroup(group) || changed;
  }

  /** To be taken when the snapshot is asked for. @param seen newest generation of each app that containers tell of */
  baseline(seen: ReadonlyMap<string, number>): Baseline {
    const known = new Map(seen);
    for (const [name, app] of this.apps) known.set(name, Math.max(app.generation, known.get(name) ?? 0));
    return known;
  }

  /** @returns whether anything changed */
  hearSnapshot(store: string, snapshot: Snapshot, baseline: Baseline): boolean {
    const follows = this.follows(store);
    if (!follows) return false;
    this.otherStore = undefined;
    let changed = false;
    for (const app of snapshot.apps) changed = this.takeApp(app) || changed;
    if (snapshot.group) changed = this.takeGroup(snapshot.group) || changed;
    else this.groupUnknown = this.selection.group !== undefined;
    this.compareAges(snapshot, baseline);
    return changed;
  }

  /** Newest generations of the apps that should be on this host, stopped ones included, tombstones not. */
  wanted(): AppGeneration[] {
    return [...this.apps.values()].filter((app) => !app.deleted && this.selects(app.name));
  }

  /** Tombstones of apps that this host would otherwise have, newest change last. */
  tombstones(): AppGeneration[] {
    return [...this.apps.values()].filter((app) => app.deleted && this.selects(app.name));
  }

  newest(name: string): AppGeneration | undefined {
    return this.apps.get(name);
  }

  /** The newest known generation of each app of the host's group's list, tombstones included. */
  listed(): AppGeneration[] {
    return (this.groupApps ?? []).flatMap((name) => this.apps.get(name) ?? []);
  }

  currentGroup(): GroupGeneration | undefined {
    return this.group;
  }

  known(): AppGeneration[] {
    return [...this.apps.values()];
  }

  /** What there is word for, of a container of our installation. Silence never is a word: see promise 5 of the design. */
  fateOf(owner: Pick<Ownership, 'store' | 'app' | 'generation'>): Fate {
    if (this.store === undefined) return { do: 'keep' };
    if (owner.store !== this.store) return { do: 'keep', reason: 'other-store' };
    const app = this.apps.get(owner.app);
    if (this.listOnly() && !this.selects(owner.app)) return { do: 'leave' };
    if (!app) return { do: 'keep', reason: 'not-listed' };
    if (app.generation < owner.generation) return { do: 'keep', reason: 'older-store' };
    if (app.deleted) return { do: 'leave' };
    if (this.selects(owner.app)) return { do: 'run' };
    return this.groupApps ? { do: 'leave' } : { do: 'keep', reason: 'not-listed' };
  }

  problems(): HostProblem[] {
    const problems: HostProblem[] = [];
    if (this.groupUnknown || this.group?.deleted) {
      const detail = `There is no device group "${this.selection.group}": what runs is kept as it is.`;
      problems.push({ code: 'unknown-group', detail });
    }
    if (this.otherStore !== undefined) {
      const detail = `Store ${this.otherStore} speaks for this installation, but this host follows ${this.store}: nothing is changed.`;
      problems.push({ code: 'other-store', detail });
    }
    if (this.older.size > 0) problems.push({ code: 'older-store', detail: this.olderDetail() });
    return problems;
  }

  save(): DesiredStateData {
    const { store, group, groupApps } = this;
    return { store, apps: this.known(), group, groupApps };
  }

  private selects(name: string): boolean {
    const { all, names } = this.selection;
    return all || names.includes(name) || (this.groupApps?.includes(name) ?? false);
  }

  /** Whether the host's own configuration alone says what it runs: no word of a store is needed for what it leaves out. */
  private listOnly(): boolean {
    return !this.selection.all && this.selection.group === undefined;
  }

  private follows(store: string): boolean {
    this.store ??= store;
    if (this.store !== store) this.otherStore = store;
    return this.store === store;
  }

  private takeApp(app: AppGeneration): boolean {
    const known = this.apps.get(app.name);
    if (known && known.generation >= app.generation) return false;
    this.apps.delete(app.name); // so that the newest change is the last entry
    // A tombstone says nothing of how to stop: the settings that were in force last do.
    this.apps.set(app.name, app.deleted && known?.spec ? { ...app, spec: known.spec } : app);
    const older = this.older.get(app.name);
    if (older && app.generation > older.here) this.older.delete(app.name);
    return true;
  }

  private takeGroup(group: GroupGeneration): boolean {
    if (group.name !== this.selection.group) return false;
    this.groupUnknown = false;
    if (this.group && this.group.generation >= group.generation) return false;
    this.group = group;
    if (!group.deleted) this.groupApps = group.apps;
    return true;
  }

  private compareAges(snapshot: Snapshot, baseline: Baseline): void {
    this.older.clear();
    const told = new Map(snapshot.apps.map((app) => [app.name, app.generation]));
    for (const [name, here] of baseline) {
      const store = told.get(name);
      if (store === undefined || store < here) this.older.set(name, { here, store });
    }
  }

  private olderDetail(): string {
    const examples = [...this.older].slice(0, 3).map(([name, { here, store }]) => {
      return `${name}: ${here} here, ${store ?? 'none'} there`;
    });
    return (
      `The store is older than what this host has (${this.older.size} apps; ${examples.join('; ')}): ` +
      'what the host has is kept.'
    );
  }
}
