import {
  ContainerRuntime,
  type EngineInfo,
  type ObservedContainer,
  type ObservedNetwork,
  type RuntimeEvent,
} from '../runtime';
import type { Clock } from './clock';
import { jittered } from './back-off';

export type VolumeEvent = Extract<RuntimeEvent, { kind: 'volume' }>;

export interface ObserverOptions {
  /** A full look at everything this often, besides the Engine's events. */
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

/**
 * What is on the Engine, kept current by its events: at rest it asks nothing but the sweep. Invariants: 1. what an earlier
 * look saw never replaces what a later look saw. 2. `ready` only while the event stream stands and was followed by a full look.
 */
export class Observer {
  private readonly seen = new Map<string, Seen>();
  private readonly gone = new Map<string, number>();
  private readonly looking = new Map<string, 'once' | 'again'>();
  private readonly running = new Map<string, { startedAt: string | undefined; since: number }>();
  private networkList: ObservedNetwork[] = [];
  private info?: EngineInfo;
  private looks = 0;
  private stands = false;
  private readonly abort = new AbortController();
  private cancelSweep = (): void => undefined;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
    private readonly options: ObserverOptions,
  ) {}

  start(): void {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.cancelSweep();
    this.abort.abort();
    await this.watching;
  }

  get ready(): boolean {
    return this.stands && this.info !== undefined;
  }

  get engine(): EngineInfo | undefined {
    return this.info;
  }

  containers(): Iterable<ObservedContainer> {
    return this.seen.values().map(({ container }) => container);
  }

  networks(): readonly ObservedNetwork[] {
    return this.networkList;
  }

  /** Since when it was seen running without a break; undefined: it isn't. */
  runningSince(id: string): number | undefined {
    return this.running.get(id)?.since;
  }

  /** Looks at these containers again, after something was done to them. Failing is no error: the sweep looks again. */
  async refresh(ids: Iterable<string>): Promise<void> {
    await Promise.all([...ids].map((id) => this.look(id)));
  }

  async refreshNetworks(): Promise<void> {
    this.networkList = await this.runtime.networks().catch(() => this.networkList);
  }

  private async watch(): Promise<void> {
    const onAway = (error: string): void => {
      this.stands = false;
      this.options.onAway(error);
    };
    for await (const event of this.runtime.watch(this.abort.signal, onAway)) this.take(event);
  }

  private take(event: RuntimeEvent): void {
    switch (event.kind) {
      case 'resync':
        this.stands = true;
        return void this.sweep();
      case 'volume':
        return this.options.onVolume(event);
      case 'network':
        return void this.refreshNetworks().then(() => this.options.onChange());
      case 'container':
        if (event.action === 'destroy') this.forget(event.id);
        else void this.follow(event.id);
    }
  }

  private forget(id: string): void {
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
    const look = ++this.looks;
    try {
      const container = await this.runtime.inspect(id);
      if ((this.seen.get(id)?.look ?? 0) > look || (this.gone.get(id) ?? 0) > look) return;
      if (container) this.keep(container, look);
      else this.drop(id);
    } catch {
      // What is not known now, the next event or sweep tells; an Engine that is away is told by the stream.
    }
  }

  private async sweep(): Promise<void> {
    this.cancelSweep();
    const look = ++this.looks;
    try {
      const [info, containers] = await Promise.all([this.runtime.info(), this.runtime.list(), this.refreshNetworks()]);
      this.info = info;
      this.takeAll(containers, look);
    } catch (error) {
      this.options.onAway(error instanceof Error ? error.message : String(error));
      this.info = undefined;
    }
    if (this.abort.signal.aborted) return;
    const next = this.info ? this.options.sweepMs : Math.min(2000, this.options.sweepMs);
    this.cancelSweep = this.clock.after(jittered(next, this.clock), () => void this.sweep());
    this.options.onChange();
  }

  private takeAll(containers: readonly ObservedContainer[], look: number): void {
    const listed = new Set(containers.map(({ id }) => id));
    for (const [id, seen] of this.seen) if (!listed.has(id) && seen.look < look) this.drop(id);
    for (const container of containers) {
      const newer = (this.seen.get(container.id)?.look ?? 0) > look || (this.gone.get(container.id) ?? 0) > look;
      if (!newer) this.keep(container, look);
    }
    this.gone.clear();
  }

  private keep(container: ObservedContainer, look: number): void {
    const { id, startedAt } = container;
    this.seen.set(id, { container, look });
    if (container.state !== 'running') this.running.delete(id);
    else if (this.running.get(id)?.startedAt !== startedAt || !this.running.has(id)) {
      this.running.set(id, { startedAt, since: this.clock.now() });
    }
  }

  private drop(id: string): void {
    this.seen.delete(id);
    this.running.delete(id);
  }
}
