import type { Attempt, ImageMemory, Proven, Subject } from '../plan/plan';
import type { OwnedContainer } from '../plan/owned-container';
import type { Ours } from '../plan/ours';
import type { History, LastEnd, Making } from '../plan/history';
import type { SlotVolume } from '../plan/slot-volumes';
import { backOff } from './back-off';
import type { Clock } from './clock';
import { Makings } from './makings';

/**
 * What is kept on disk of it: what labels can't hold. Losing it costs at most one more pull; anonymous volumes that no
 * container has at that moment are lost sight of.
 */
export interface MemoryData {
  images: Record<string, ImageMemory>;
  claims: Record<string, string>;
  /** Absent in files of older versions. */
  makings?: Record<string, Making>;
  /** Absent: written by a worker that knew of none. */
  volumes?: SlotVolume[];
  /** Origins of the containers that are ours, by id. Without it their marks tell, which takes clocks to be right. */
  own?: Record<string, string>;
}

export interface MemoryOptions {
  /** Replacing is spread over hosts by a random time up to this. */
  maxRestartWaitMs: number;
  runningSince(containerId: string): number | undefined;
  restartingSince(containerId: string): number | undefined;
  lastEnd(containerId: string): LastEnd | undefined;
  /** Told when what is kept on disk has changed. */
  onChange(): void;
}

/** So many settings and images of an app are known to have run here: more than people go back and forth between. */
const MOST_PROVEN = 8;

/** The history of this host: what was tried, fetched and claimed. */
export class Memory implements History {
  /** How containers were made. */
  readonly makings: Makings;
  private readonly images: Map<string, ImageMemory>;
  private readonly failures = new Map<string, Map<Subject, Attempt>>();
  private readonly fetches = new Map<string, number>();
  private readonly releases = new Map<string, { generation: number; at: number }>();
  /** Not kept on disk: without it what comes back counts some seconds later, once. */
  private readonly provens = new Map<string, readonly Proven[]>();
  private claims: ReadonlyMap<string, string>;
  private slotVolumes: ReadonlyMap<string, SlotVolume>;
  private readonly own: Map<string, string>;
  /** Those of `own`; empty: to be read anew. */
  private origins: ReadonlySet<string> = new Set();

  constructor(
    private readonly clock: Clock,
    private readonly options: MemoryOptions,
    saved?: MemoryData,
  ) {
    this.images = new Map(Object.entries(saved?.images ?? {}));
    this.claims = new Map(Object.entries(saved?.claims ?? {}));
    this.makings = new Makings(() => options.onChange(), saved?.makings);
    this.slotVolumes = new Map((saved?.volumes ?? []).map((volume) => [volume.name, volume]));
    this.own = new Map(Object.entries(saved?.own ?? {}));
  }

  image(app: string): ImageMemory | undefined {
    return this.images.get(app);
  }

  fetching(app: string): number | undefined {
    return this.fetches.get(app);
  }

  attempt(app: string, subject: Subject): Attempt | undefined {
    return this.failures.get(app)?.get(subject);
  }

  attempts(app: string): readonly (readonly [Subject, Attempt])[] {
    return [...(this.failures.get(app) ?? [])];
  }

  claim(port: string): string | undefined {
    return this.claims.get(port);
  }

  volumes(): Iterable<SlotVolume> {
    return this.slotVolumes.values();
  }

  runningSince(containerId: string): number | undefined {
    return this.options.runningSince(containerId);
  }

  restartingSince(containerId: string): number | undefined {
    return this.options.restartingSince(containerId);
  }

  making(containerId: string): Making | undefined {
    return this.makings.of(containerId);
  }

  lastEnd(containerId: string): LastEnd | undefined {
    return this.options.lastEnd(containerId);
  }

  proven(app: string): readonly Proven[] {
    return this.provens.get(app) ?? [];
  }

  rememberProven(app: string, proven: Proven): void {
    this.provens.set(app, [proven, ...this.proven(app)].slice(0, MOST_PROVEN));
  }

  releaseAt(app: string, generation: number): number {
    if (this.options.maxRestartWaitMs === 0) return 0;
    const known = this.releases.get(app);
    if (known?.generation === generation) return known.at;
    const at = this.clock.now() + this.clock.random() * this.options.maxRestartWaitMs;
    this.releases.set(app, { generation, at });
    return at;
  }

  isOwn(containerId: string): boolean {
    return this.own.has(containerId);
  }

  knowsOrigin(origin: string): boolean {
    if (this.origins.size === 0) this.origins = new Set(this.own.values());
    return this.origins.has(origin);
  }

  /** This worker made these itself, whatever its clock said meanwhile. */
  haveMade(made: readonly Pick<OwnedContainer, 'id' | 'origin'>[]): void {
    const news = made.filter(({ id }) => !this.own.has(id));
    for (const { id, origin } of news) this.own.set(id, origin);
    if (news.length > 0) this.ownChanged();
  }

  /** Takes for its own what is its own now, and forgets what is gone, unless a copy of it is there. */
  rememberOwn({ own, copies }: Ours): void {
    const there = new Set([...own, ...copies].map(({ origin }) => origin));
    const gone = [...this.own].filter(([, origin]) => !there.has(origin));
    for (const [id] of gone) this.own.delete(id);
    if (gone.length > 0) this.ownChanged();
    this.haveMade(own);
  }

  /** Another store counts its pulls from another start; what containers run, they tell themselves. */
  forgetImages(): void {
    this.images.clear();
    this.options.onChange();
  }

  rememberImage(app: string, image: ImageMemory | undefined): void {
    const known = this.images.get(app);
    if (image === undefined ? known === undefined : known && sameImage(known, image)) return;
    if (image) this.images.set(app, image);
    else this.images.delete(app);
    this.options.onChange();
  }

  /** @param generation undefined: no longer */
  setFetching(app: string, generation: number | undefined): void {
    if (generation === undefined) this.fetches.delete(app);
    else this.fetches.set(app, generation);
  }

  rememberClaims(claims: ReadonlyMap<string, string>): void {
    const same = claims.size === this.claims.size && [...claims].every(([port, app]) => this.claims.get(port) === app);
    if (same) return;
    this.claims = claims;
    this.options.onChange();
  }

  rememberVolumes(volumes: ReadonlyMap<string, SlotVolume>): void {
    const known = this.slotVolumes;
    const same = volumes.size === known.size && [...volumes.values()].every((volume) => isKnown(volume, known));
    if (same) return;
    this.slotVolumes = volumes;
    this.options.onChange();
  }

  /** They were removed, by whomever. */
  forgetVolumes(names: ReadonlySet<string>): void {
    this.rememberVolumes(new Map([...this.slotVolumes].filter(([name]) => !names.has(name))));
  }

  failed(app: string, subject: Subject, what: Omit<Attempt, 'failures' | 'retryAt'>): void {
    const subjects = this.failures.get(app) ?? new Map<Subject, Attempt>();
    this.failures.set(app, subjects);
    const before = subjects.get(subject);
    const failures = (before?.generation === what.generation ? before.failures : 0) + 1;
    subjects.set(subject, { ...what, failures, retryAt: this.clock.now() + backOff(failures, this.clock) });
  }

  succeeded(app: string, subject: Subject): void {
    const subjects = this.failures.get(app);
    subjects?.delete(subject);
    if (subjects?.size === 0) this.failures.delete(app);
  }

  /** The Engine answers again: what failed because it was away need not wait. */
  engineIsBack(): void {
    for (const [app, subjects] of this.failures) {
      for (const [subject, { reason }] of subjects) if (reason === 'engine-away') this.succeeded(app, subject);
    }
  }

  /** The network was away: what could not be fetched need not wait. */
  networkIsBack(): void {
    for (const [app, subjects] of this.failures) {
      for (const [subject, { reason }] of subjects) if (reason === 'image-pull-failed') this.succeeded(app, subject);
    }
  }

  /** The Engine does not have the image any more, whatever containers say that were made of it. */
  imageIsLost(app: string): void {
    this.rememberImage(app, { reference: '', id: '', settings: '', pulledAt: 0 });
  }

  /** The app is as it should be: what failed before is over. */
  settled(app: string): void {
    this.failures.delete(app);
  }

  /** Forgets apps that are neither wanted nor there. */
  retain(apps: ReadonlySet<string>): void {
    for (const app of this.failures.keys()) if (!apps.has(app)) this.failures.delete(app);
    for (const app of this.releases.keys()) if (!apps.has(app)) this.releases.delete(app);
    for (const app of this.provens.keys()) if (!apps.has(app)) this.provens.delete(app);
    for (const app of this.images.keys()) if (!apps.has(app)) this.rememberImage(app, undefined);
  }

  save(): MemoryData {
    return {
      images: Object.fromEntries(this.images),
      claims: Object.fromEntries(this.claims),
      makings: this.makings.save(),
      volumes: [...this.slotVolumes.values()],
      own: Object.fromEntries(this.own),
    };
  }

  private ownChanged(): void {
    this.origins = new Set();
    this.options.onChange();
  }
}

function isKnown({ name, target, owner }: SlotVolume, known: ReadonlyMap<string, SlotVolume>): boolean {
  const other = known.get(name);
  return other?.target === target && other.owner.generation === owner.generation && other.owner.store === owner.store;
}

const sameImage = (a: ImageMemory, b: ImageMemory): boolean =>
  a.id === b.id &&
  a.reference === b.reference &&
  a.settings === b.settings &&
  a.pulledAt === b.pulledAt &&
  a.life === b.life;
