import {
  ContainerRuntime,
  type EngineInfo,
  type ObservedContainer,
  type ObservedNetwork,
  type RuntimeEvent,
} from '../runtime';
import type { Clock } from './clock';
import { jittered } from './back-off';
import { ImageLabels } from './image-labels';
import { Lives } from './lives';

export type VolumeEvent = Extract<RuntimeEvent, { kind: 'volume' }>;
type ContainerEvent = Extract<RuntimeEvent, { kind: 'container' }>;

export interface ObserverOptions {
  /** A look at all of the Engine this often, besides its events. */
  sweepMs: number;
  onChange(): void;
  onVolume(event: VolumeEvent): void;
  onAway(error: string): void;
}

interface Seen {
  container: ObservedContainer;
  /** Number of the look that saw it: an answer of an earlier look never replaces that of a later one. */
  look: number;
}

/** After a look that failed, everything is looked at again this soon, ms. */
const AGAIN_MS = 1000;
/** So many sweeps, one asks for every container; the others for those of which the Engine's list says something new. */
const SWEEPS_PER_WHOLE = 10;
/** What is told of a container of which more will be told is looked at after this, unless it was meanwhile, ms. */
const MORE_COMES_MS = 1000;
/** What is made is started next, and what starts is connected first. */
const PRELUDES: ReadonlySet<string> = new Set(['create', 'connect']);

/**
 * What is on the Engine, kept current by its events: at rest it asks nothing but the sweep. Invariants: 1. what an earlier
 * look saw never replaces what a later look saw. 2. `ready` only while the event stream stands and was followed by a full look.
 */
export class Observer {
  private readonly seen = new Map<string, Seen>();
  private readonly gone = new Map<string, number>();
  private readonly looking = new Map<string, 'once' | 'again'>();
  private readonly acted = new Set<ReadonlySet<string>>();
  /** Looks that wait for more, by what calls them off. */
  private readonly later = new Map<string, () => void>();
  readonly lives: Lives;
  private networkList: ObservedNetwork[] = [];
  private networksSeen = 0;
  private info?: EngineInfo;
  /** The Engine's time of day, less our clock's. */
  private ahead = 0;
  private looks = 0;
  /** The look of the last sweep: of what that did not find, looks before it have nothing left to tell. */
  private swept = 0;
  /** A full look later than this one is needed; absent: the event stream does not stand, no look will do. */
  private standsSince?: number;
  private readonly images: ImageLabels;
  private readonly abort = new AbortController();
  private cancelSweep = (): void => undefined;
  private sweepAt = Infinity;
  private sweepsSinceWhole = Infinity;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
    private readonly options: ObserverOptions,
  ) {
    this.images = new ImageLabels(runtime, () => (this.sweepsSinceWhole = Infinity));
    this.lives = new Lives({ now: () => clock.now(), engineTime: () => this.engineTime() });
  }

  start(): void {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.cancelSweep();
    this.abort.abort();
    for (const id of [...this.later.keys()]) this.notLater(id);
    await this.watching;
  }

  get ready(): boolean {
    return this.standsSince !== undefined && this.swept > this.standsSince;
  }

  get engine(): EngineInfo | undefined {
    return this.info;
  }

  /** Now by the Engine's own clock, ms since 1970: what it says of its containers' times is compared with this alone. */
  engineTime(): number {
    return this.clock.now() + this.ahead;
  }

  containers(): Iterable<ObservedContainer> {
    return this.seen.values().map(({ container }) => container);
  }

  has(id: string): boolean {
    return this.seen.has(id);
  }

  get(id: string): ObservedContainer | undefined {
    return this.seen.get(id)?.container;
  }

  networks(): readonly ObservedNetwork[] {
    return this.networkList;
  }

  /** Since when it runs; undefined: it doesn't. */
  runningSince(id: string): number | undefined {
    return this.lives.runningSince(id);
  }

  /**
   * While somebody acts on these containers, and will have them looked at in the end, what is told of them can wait: each
   * step would be a look that the Engine has to answer while it is wanted for the next step.
   * @param ids may grow meanwhile
   * @returns ends it
   */
  actsOn(ids: ReadonlySet<string>): () => void {
    this.acted.add(ids);
    return () => this.acted.delete(ids);
  }

  /** Looks at these containers again, after something was done to them. Failing is no error: the sweep looks again. */
  async refresh(ids: Iterable<string>): Promise<void> {
    await Promise.all([...ids].map((id) => this.look(id)));
  }

  async refreshNetworks(): Promise<void> {
    await this.lookAtNetworks().catch(() => this.sweepSoon());
  }

  private async watch(): Promise<void> {
    const onAway = (error: string): void => {
      this.standsSince = undefined;
      this.options.onAway(error);
    };
    for await (const event of this.runtime.watch(this.abort.signal, onAway)) this.take(event);
  }

  private take(event: RuntimeEvent): void {
    switch (event.kind) {
      case 'resync':
        this.lives.engineWasAway();
        this.standsSince = ++this.looks;
        this.sweepsSinceWhole = Infinity;
        return void this.sweep();
      case 'volume':
        return this.options.onVolume(event);
      case 'network':
        return void this.refreshNetworks().then(() => this.options.onChange());
      case 'container':
        this.lives.hear(event);
        if (event.action === 'destroy') this.forget(event.id);
        else if (this.moreComes(event)) this.followLater(event.id);
        else void this.follow(event.id);
    }
  }

  private moreComes({ id, action }: ContainerEvent): boolean {
    return PRELUDES.has(action) || this.acted.values().some((ids) => ids.has(id));
  }

  private followLater(id: string): void {
    if (this.later.has(id) || this.abort.signal.aborted) return;
    const callOff = this.clock.after(MORE_COMES_MS, () => void this.follow(id));
    this.later.set(id, callOff);
  }

  private notLater(id: string): void {
    this.later.get(id)?.();
    this.later.delete(id);
  }

  private forget(id: string): void {
    this.notLater(id);
    this.gone.set(id, ++this.looks);
    this.drop(id);
    this.options.onChange();
  }

  /** One look at a time for each container; events that come meanwhile make one more. */
  private async follow(id: string): Promise<void> {
    const already = this.looking.has(id);
    this.looking.set(id, already ? 'again' : 'once');
    if (already) return;
    do {
      this.looking.set(id, 'once');
      await this.look(id);
    } while (this.looking.get(id) === 'again');
    this.looking.delete(id);
    this.options.onChange();
  }

  private async look(id: string): Promise<void> {
    this.notLater(id);
    const look = ++this.looks;
    try {
      const [container] = await this.images.tellAll([await this.runtime.inspect(id)]);
      if (this.isLate(id, look)) return;
      if (container) this.keep(container, look);
      else this.drop(id);
    } catch {
      // An Engine that is away is told by the stream; one that failed this call only is asked for everything soon.
      this.sweepSoon();
    }
  }

  private async lookAtNetworks(): Promise<void> {
    const look = ++this.looks;
    const networks = await this.runtime.networks();
    if (look < this.networksSeen) return;
    this.networksSeen = look;
    this.networkList = networks;
  }

  /** Of what is not there any more, the last sweep or its end was the last to tell. */
  private isLate(id: string, look: number): boolean {
    return look < (this.seen.get(id)?.look ?? Math.max(this.swept, this.gone.get(id) ?? 0));
  }

  private async sweep(): Promise<void> {
    this.cancelSweep();
    this.sweepAt = Infinity;
    const look = ++this.looks;
    let next = this.options.sweepMs;
    try {
      const [{ engine, ahead }, containers] = await Promise.all([
        this.runtime.info().then(({ engine, time }) => ({ engine, ahead: time - this.clock.now() })),
        this.lookAtAll(),
        this.lookAtNetworks(),
      ]);
      if (look < this.swept || this.abort.signal.aborted) return; // a later sweep has told more already
      this.info = engine;
      this.ahead = ahead;
      this.takeAll(containers, look);
    } catch (error) {
      if (look < this.swept || this.abort.signal.aborted) return;
      if (this.standsSince !== undefined) this.standsSince = ++this.looks;
      this.sweepsSinceWhole = Infinity;
      this.options.onAway(error instanceof Error ? error.message : String(error));
      next = Math.min(AGAIN_MS, next);
    }
    this.sweepIn(next);
    this.options.onChange();
  }

  private async lookAtAll(): Promise<ObservedContainer[]> {
    const whole = ++this.sweepsSinceWhole > SWEEPS_PER_WHOLE;
    if (whole) this.sweepsSinceWhole = 1;
    return this.images.tellAll(await this.runtime.list(whole ? undefined : (id) => this.get(id)));
  }

  /** However often it is called: the first call is not put off by the next. */
  private sweepSoon(): void {
    this.sweepsSinceWhole = Infinity;
    const soon = Math.min(AGAIN_MS, this.options.sweepMs);
    if (this.clock.now() + soon < this.sweepAt) this.sweepIn(soon);
  }

  private sweepIn(ms: number): void {
    this.cancelSweep();
    if (this.abort.signal.aborted) return;
    const pause = jittered(ms, this.clock);
    this.sweepAt = this.clock.now() + pause;
    this.cancelSweep = this.clock.after(pause, () => void this.sweep());
  }

  private takeAll(containers: readonly ObservedContainer[], look: number): void {
    this.swept = look;
    const listed = new Set(containers.map(({ id }) => id));
    for (const [id, seen] of this.seen) if (!listed.has(id) && seen.look < look) this.drop(id);
    for (const container of containers) {
      // What is only given back is as old as it was: a look that is under way may know more.
      const given = this.seen.get(container.id)?.container === container;
      if (!given && !this.isLate(container.id, look)) this.keep(container, look);
    }
    for (const [id, destroyed] of this.gone) if (destroyed < look) this.gone.delete(id);
    this.lives.swept();
  }

  private keep(container: ObservedContainer, look: number): void {
    this.seen.set(container.id, { container, look });
    this.lives.see(container);
  }

  private drop(id: string): void {
    this.seen.delete(id);
    this.lives.drop(id);
  }
}
