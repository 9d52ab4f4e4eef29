import {
  type AppGeneration,
  type DigestMessage,
  type GroupGeneration,
  type HostProblem,
  isFormerSelf,
  type Ownership,
  type Selection,
  type Snapshot,
  supersedes,
} from '@nebula/domain';
import type { Baseline, Seen } from './baseline';
import { StoreAge } from './store-age';
import { type Inheritance, isSuperseded, Succession } from './succession';

/** A store that was not heard of for so many rounds of our own one's digests has gone. */
const QUIET_ROUNDS = 3;

/** What is kept on disk of it. */
export interface DesiredStateData {
  store?: string;
  apps: AppGeneration[];
  /** The newest generation heard of the host's group: perhaps a tombstone. */
  group?: GroupGeneration;
  /** The newest that was no tombstone: what the host goes on running when the group is deleted. */
  liveGroup?: GroupGeneration;
  /** Absent: no store took the place of another here. */
  inherited?: Inheritance;
}

/** What becomes of a container that carries our installation's labels. */
export type Fate =
  | { do: 'run' } // its app is wanted here: the plan of the app decides
  | { do: 'leave' } // there is word that it must go
  | { do: 'keep'; reason?: 'other-store' | 'older-store' | 'not-listed' };

/**
 * The newest generation of every app that this host heard of, whatever the order, number and age of messages. Invariants:
 * 1. A generation never goes back. 2. It follows one store; the word of another changes nothing, but for the snapshot of
 * one that took over, which is all there is from then on. 3. Nothing is forgotten because it is missing from what was
 * heard. 4. Apps that are heard of but not wanted (yet) are kept: their group's
 * message may still be on its way.
 */
export class DesiredState {
  private readonly apps = new Map<string, AppGeneration>();
  private store?: string;
  private group?: GroupGeneration;
  private liveGroup?: GroupGeneration;
  private groupUnknown = false;
  private otherStore?: string;
  /** Rounds of our store's digests since another store was heard. */
  private quietRounds = 0;
  private readonly age = new StoreAge();
  private readonly succession: Succession;

  constructor(
    readonly selection: Selection,
    saved?: DesiredStateData,
  ) {
    this.store = saved?.store;
    this.succession = new Succession(saved?.inherited);
    for (const app of saved?.apps ?? []) this.apps.set(app.name, app);
    if (saved?.group?.name === selection.group) {
      this.group = saved?.group;
      this.liveGroup = saved?.liveGroup;
    }
  }

  get followedStore(): string | undefined {
    return this.store;
  }

  get groupGeneration(): number | undefined {
    return this.group?.generation;
  }

  /** Whether this store took the place of the one that is followed: its snapshot is to be asked for. */
  isSucceededBy(store: string): boolean {
    return isSuperseded(this.store ?? store, store);
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

  /** A digest is a store's word too: who hears nothing else hears of another store by it. @returns whether to compare it */
  hearDigest(store: string, scope: DigestMessage['scope']): boolean {
    if (this.store === undefined) return true;
    if (!this.follows(store)) return false;
    const endsRound = 'all' in scope;
    if (endsRound && ++this.quietRounds >= QUIET_ROUNDS) this.otherStore = undefined;
    return true;
  }

  /** To be taken when the snapshot is asked for. @param containers all of this installation */
  baseline(containers: Iterable<Seen>): Baseline {
    const apps = new Map([...this.apps.values()].map(({ name, generation }) => [name, generation]));
    return { apps, group: this.group?.generation, containers: [...containers] };
  }

  /** @returns whether anything changed */
  hearSnapshot(store: string, snapshot: Snapshot, baseline: Baseline): boolean {
    if (this.isSucceededBy(store)) {
      this.succeed(store);
      this.hearSnapshot(store, snapshot, this.baseline([]));
      return true;
    }
    if (!this.follows(store)) return false;
    if (!this.succession.hasBegun) this.succession.begin(snapshot.apps);
    this.otherStore = undefined;
    const changed = snapshot.apps.map((app) => this.takeApp(app)).includes(true);
    const groupChanged = snapshot.group !== undefined && this.takeGroup(snapshot.group);
    // A group that was heard of since the question is no unknown one.
    const news = this.group?.generation !== baseline.group;
    this.groupUnknown = this.selection.group !== undefined && snapshot.group === undefined && !news;
    this.age.compare(store, snapshot, baseline);
    // The store may have caught up while its answer was on its way.
    for (const app of this.apps.values()) this.age.heardApp(app);
    if (this.group) this.age.heardGroup(this.group);
    return changed || groupChanged;
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
    return (this.liveGroup?.apps ?? []).flatMap((name) => this.apps.get(name) ?? []);
  }

  currentGroup(): GroupGeneration | undefined {
    return this.group;
  }

  known(): AppGeneration[] {
    return [...this.apps.values()];
  }

  /** What a container's labels say, in the words of the store that is followed. */
  ownerOf(labels: Ownership): Ownership {
    const app = this.apps.get(labels.app);
    if (this.store === undefined || !app || !isSuperseded(labels.store, this.store)) return labels;
    return this.succession.inherit(labels, this.store, app);
  }

  /**
   * What there is word for, of a container of our installation. Silence never is a word (promise 5 of the design), unless a
   * person said that all the store's word is.
   * @param owner as the labels say
   */
  fateOf(owner: Seen): Fate {
    if (this.store === undefined) return { do: 'keep' };
    const superseded = isSuperseded(owner.store, this.store);
    if (owner.store !== this.store && !superseded) return { do: 'keep', reason: 'other-store' };
    const unlisted: Fate = superseded ? { do: 'leave' } : { do: 'keep', reason: 'not-listed' };
    const app = this.apps.get(owner.app);
    if (this.listOnly() && !this.selects(owner.app)) return { do: 'leave' };
    if (!app) return unlisted;
    if (!superseded && app.generation < owner.generation) return { do: 'keep', reason: 'older-store' };
    if (app.deleted) return { do: 'leave' };
    if (this.selects(owner.app)) return { do: 'run' };
    return this.liveGroup ? { do: 'leave' } : unlisted;
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
    const detail = this.age.detail();
    if (detail !== undefined) problems.push({ code: 'older-store', detail });
    return problems;
  }

  save(): DesiredStateData {
    const { store, group, liveGroup } = this;
    return { store, apps: this.known(), group, liveGroup, inherited: this.succession.save() };
  }

  /** Follows the store from now on: what the former one said is over. */
  private succeed(store: string): void {
    this.apps.clear();
    this.group = undefined;
    this.liveGroup = undefined;
    this.store = store;
    this.age.clear();
    this.succession.end();
  }

  private selects(name: string): boolean {
    const { all, names } = this.selection;
    return all || names.includes(name) || (this.liveGroup?.apps.includes(name) ?? false);
  }

  /** Whether the host's own configuration alone says what it runs: no word of a store is needed for what it leaves out. */
  private listOnly(): boolean {
    return !this.selection.all && this.selection.group === undefined;
  }

  private follows(store: string): boolean {
    if (store === '') return false; // a store always has a name; only hosts that follow none leave it out
    this.store ??= store;
    if (this.store === store) return true;
    // The snapshot of one that took over tells all, and is asked for; what a store said before it took over is only late.
    if (supersedes(store, this.store) || isFormerSelf(store, this.store)) return false;
    this.otherStore = store;
    this.quietRounds = 0;
    return false;
  }

  private takeApp(app: AppGeneration): boolean {
    const known = this.apps.get(app.name);
    if (known && known.generation >= app.generation) return false;
    this.apps.delete(app.name); // so that the newest change is the last entry
    // A tombstone says nothing of how to stop: the settings that were in force last do.
    this.apps.set(app.name, app.deleted && known?.spec ? { ...app, spec: known.spec } : app);
    this.age.heardApp(app);
    return true;
  }

  private takeGroup(group: GroupGeneration): boolean {
    if (group.name !== this.selection.group) return false;
    const newest = group.generation > (this.group?.generation ?? 0);
    // A list may come after the tombstone that followed it.
    const newestList = !group.deleted && group.generation > (this.liveGroup?.generation ?? 0);
    if (newestList) this.liveGroup = group;
    if (!newest) return newestList;
    this.group = group;
    this.groupUnknown = false;
    this.age.heardGroup(group);
    return true;
  }
}
