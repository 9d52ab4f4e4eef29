import type { LastEnd } from '../plan/history';
import { MOST_MS } from '../plan/restarts';
import type { ObservedContainer, RuntimeEvent } from '../runtime';
import { Restarts } from './restarts';

type ContainerEvent = Extract<RuntimeEvent, { kind: 'container' }>;
type End = Omit<LastEnd, 'returns'>;

/** From one start of a container to its next. */
interface Life {
  container: Pick<ObservedContainer, 'state' | 'startedAt' | 'restartCount'>;
  /** It cannot have begun earlier: by our clock, ms. */
  notBefore: number;
  /** The earliest moment that is known of it, by our clock, ms. */
  since: number;
  /** When it was looked at last, by our clock, ms. */
  seenAt: number;
  /** How it ended, where a look saw that. */
  end?: End;
  /** What was heard of its end. */
  heard: { exitCode?: number; oomKilled: boolean };
  /** The end of the life before. */
  before?: End;
  /** How often in a row, until this one, somebody started it again after a short life. */
  quick: number;
  /** How often the Engine had been away when it began. */
  outages: number;
}

const NOTHING_HEARD = { oomKilled: false };

/** Two clocks: ours, of which only differences count, and the Engine's. Both in ms. */
export interface TwoClocks {
  now(): number;
  engineTime(): number;
}

/**
 * How long containers have run and how they ended, out of what looks and events told. An answer about one that runs has
 * only its new start and its last end: how long it lived and what it exited with is what was seen before, or a guess.
 */
export class Lives {
  private readonly lives = new Map<string, Life>();
  private sweptAt = -Infinity;
  private outages = 0;
  private readonly restarts: Restarts;

  constructor(private readonly clocks: TwoClocks) {
    this.restarts = new Restarts(clocks);
  }

  /** What a look saw of a container; later looks come later. */
  see(container: ObservedContainer): void {
    const known = this.lives.get(container.id);
    const now = this.clocks.now();
    const life = known && known.container.startedAt === container.startedAt ? known : this.begin(container, known, now);
    const { state, startedAt, restartCount } = container;
    life.container = { state, startedAt, restartCount };
    life.seenAt = now;
    life.end = state === 'exited' || state === 'restarting' ? endOf(container, life) : undefined;
    this.lives.set(container.id, life);
    this.restarts.take(container);
  }

  hear({ id, action, exitCode }: ContainerEvent): void {
    const life = this.lives.get(id);
    if (!life) return;
    if (action === 'oom') life.heard = { ...life.heard, oomKilled: true };
    if (action !== 'die') return;
    life.heard = { ...life.heard, exitCode };
    // A look may have seen the next life already.
    if (life.before && life.before.exitCode === undefined) life.before = { ...life.before, exitCode };
  }

  drop(id: string): void {
    this.lives.delete(id);
    this.restarts.drop(id);
  }

  /** All that there is was looked at: what is not known began later. */
  swept(): void {
    this.sweptAt = this.clocks.now();
  }

  /** The Engine, or only its word, was away: what ended with it did not end by itself. */
  engineWasAway(): void {
    this.outages += 1;
  }

  /**
   * By Docker's StartedAt and the Engine's own clock. Clocks are set now and then: it is no later than it was first seen
   * running, and no earlier than it was last seen otherwise.
   */
  runningSince(id: string): number | undefined {
    const life = this.lives.get(id);
    if (life?.container.state !== 'running') return undefined;
    const ranMs = this.clocks.engineTime() - Date.parse(life.container.startedAt ?? '');
    const told = this.clocks.now() - ranMs;
    if (told < life.since) life.since = Math.max(told, life.notBefore);
    return life.since;
  }

  /** Since when (our clock, ms) it is restarting without anything of it having run; undefined: it isn't. */
  restartingSince(id: string): number | undefined {
    return this.restarts.since(id);
  }

  lastEnd(id: string): LastEnd | undefined {
    const life = this.lives.get(id);
    const end = life?.end ?? life?.before;
    if (!life || !end) return undefined;
    const { state, restartCount } = life.container;
    const returns = Math.max(restartCount, life.quick > 1 ? life.quick : 0, state === 'restarting' ? 1 : 0);
    return { ...end, returns };
  }

  private begin(container: ObservedContainer, known: Life | undefined, now: number): Life {
    const before = known?.container.startedAt === undefined ? unseenEnd(container) : endBetween(known, container);
    return {
      container,
      notBefore: known?.seenAt ?? this.sweptAt,
      since: now,
      seenAt: now,
      heard: NOTHING_HEARD,
      before,
      quick: known && before ? this.quickAfter(known, before, container) : 0,
      outages: this.outages,
    };
  }

  private quickAfter(known: Life, { livedMs }: End, { restartCount }: ObservedContainer): number {
    if (restartCount > known.container.restartCount) return 0;
    if (known.outages !== this.outages) return known.quick;
    return livedMs < MOST_MS ? known.quick + 1 : 0;
  }
}

function endOf({ startedAt, finishedAt, exitCode, oomKilled }: ObservedContainer, { heard }: Life): End {
  return { livedMs: between(startedAt, finishedAt), exitCode, oomKilled: heard.oomKilled || oomKilled === true };
}

/** One life may be missed, or many. */
function endBetween({ container, end, heard }: Life, { finishedAt, restartCount }: ObservedContainer): End {
  if (end) return end;
  const lives = Math.max(1, restartCount - container.restartCount);
  return { livedMs: between(container.startedAt, finishedAt) / lives, ...heard };
}

/** What a new worker can tell of what was before it: what the lives since it was made are in the mean. */
function unseenEnd({ createdAt, finishedAt, restartCount, oomKilled }: ObservedContainer): End | undefined {
  if (restartCount === 0) return undefined;
  return { livedMs: between(createdAt, finishedAt) / restartCount, oomKilled: oomKilled === true };
}

/** @returns Infinity when one of them is no time */
function between(from = '', to = ''): number {
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? Infinity : Math.max(0, ms);
}
