import type { HostBus } from '@nebula/bus';
import {
  type AppReport,
  type DigestMessage,
  digestIntervalMs,
  type HostProblem,
  type Selection,
  type Snapshot,
} from '@nebula/domain';
import type { Clock } from '@nebula/orchestration';

export interface HearingOptions {
  selection: Selection;
  /** Asks for a snapshot. */
  ask(): void;
  /** There is something to say, or no longer. */
  onChange(): void;
}

/** So many intervals of silence are too long; a round comes after one and a half of them at the latest. */
const INTERVALS = 2;
/** All hosts notice at the same time that a broker lost its bindings: they bind again within this time at the most, ms. */
const MOST_SPREAD_MS = 6_000;
/** An api that just came back answers before it told its digests: it has as long for that, at the most, ms. */
const MOST_GRACE_MS = 2_000;
/** Each time the pause is twice as long, up to so many times. */
const MOST_DOUBLINGS = 6;
/** So many questions in a row that nobody answers, though digests come, make a new connection. */
const UNANSWERED = 4;

/**
 * Whether this host hears what it is told. A broker can lose bindings, and tells nobody: what is missing then is every
 * message, and the digests that would tell of it as well. So silence is looked at, and acted upon the least way first: bind
 * again, and ask. Only an answer shows that the host is deaf, and not the api away.
 */
export class Hearing {
  /** Besides the digest of everything, which is always told: what the store has, by its last answer or a word of it since. */
  private told = new Set<string>();
  private readonly heardAt = new Map<string, number>();
  /** What was not heard for too long. */
  private readonly silent = new Set<string>();
  private intervalMs = digestIntervalMs(undefined);
  /** What was done about the silence, so many times. */
  private acts = 0;
  /** A question was answered since, and still nothing was heard. */
  private proven = false;
  /** Nothing that was done about the silence was answered: the api was away. */
  private unheeded = false;
  private deaf = false;
  private heardSinceConnected = false;
  private unansweredInARow = 0;
  private cancelLook = nothing;
  private cancelAct?: () => void;
  private cancelGrace?: () => void;
  private cancelMissed?: () => void;
  private stopped = false;

  constructor(
    private readonly bus: HostBus,
    private readonly clock: Clock,
    private readonly options: HearingOptions,
  ) {}

  problems(): HostProblem[] {
    if (!this.deaf) return [];
    const seconds = (INTERVALS * this.intervalMs) / 1000;
    const detail = `The api answers, and its digests do not come: none for ${seconds} s. What changes may not reach this host.`;
    return [{ code: 'deaf', detail }];
  }

  /** What there is to say of apps: what a deaf host runs may not be what is wanted. */
  reports(reports: ReadonlyMap<string, AppReport>): ReadonlyMap<string, AppReport> {
    if (!this.deaf) return reports;
    return new Map([...reports].map(([name, report]) => [name, isDoubtful(report) ? doubted(report) : report]));
  }

  /** Everything by which this host hears was made anew. */
  connected(): void {
    this.heardAt.clear();
    this.heardSinceConnected = false;
    this.look();
  }

  heard({ scope, intervalSeconds }: DigestMessage): void {
    const key = keyOf(scope);
    this.heardSinceConnected = true;
    this.told.add(key);
    this.heardAt.set(key, this.clock.now());
    this.silent.delete(key);
    this.takeInterval(intervalSeconds);
    if (this.silent.size === 0) this.hearsAgain();
  }

  /** A change of it came: from now on digests of it are told, or none any more. */
  learnt(scope: DigestMessage['scope'], deleted: boolean): void {
    const key = keyOf(scope);
    if (this.told.has(key) !== deleted) return;
    if (deleted) this.told.delete(key);
    else this.told.add(key);
    this.look();
  }

  answered({ apps, group, digestIntervalSeconds }: Snapshot): void {
    this.told = new Set(apps.filter(({ deleted }) => !deleted).map(({ name }) => keyOf({ app: name })));
    if (group && !group.deleted) this.told.add(keyOf({ group: group.name }));
    this.unansweredInARow = 0;
    // An older api says nothing of it here.
    if (digestIntervalSeconds !== undefined) this.takeInterval(digestIntervalSeconds);
    this.look();
    if (this.silent.size === 0 || this.proven || this.stopped) return;
    this.cancelGrace ??= this.clock.after(Math.min(this.intervalMs / 4, MOST_GRACE_MS), () => this.prove());
  }

  /** Nobody answered in time. Where digests come, somebody did perhaps: then it is the way of answers that is lost. */
  unanswered(): void {
    if (this.bus.state() !== 'up' || this.silent.size > 0 || !this.heardSinceConnected) return;
    const count = ++this.unansweredInARow;
    // After 4, 8, 16, …: where that did not help, it helps no more for being done more often.
    if (count >= UNANSWERED && (count & (count - 1)) === 0) this.bus.reconnect();
    else this.bindAgain();
  }

  /** It heard of a change by the digest alone: the way by which it should have come may be lost. */
  missed(): void {
    if (this.stopped) return;
    this.cancelMissed ??= this.clock.after(this.spread(), () => {
      this.cancelMissed = undefined;
      this.bindAgain();
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancelLook();
    for (const cancel of [this.cancelAct, this.cancelGrace, this.cancelMissed]) cancel?.();
  }

  private takeInterval(seconds: unknown): void {
    const before = this.intervalMs;
    this.intervalMs = digestIntervalMs(seconds);
    if (this.intervalMs !== before) this.look();
  }

  private expected(): Set<string> {
    const { names, group } = this.options.selection;
    const own = [...names.map((name) => keyOf({ app: name })), ...(group === undefined ? [] : [keyOf({ group })])];
    return new Set([EVERYTHING, ...own.filter((key) => this.told.has(key))]);
  }

  private look(): void {
    if (this.stopped) return;
    const now = this.clock.now();
    const expected = this.expected();
    for (const key of this.heardAt.keys()) if (!expected.has(key)) this.heardAt.delete(key);
    for (const key of this.silent) if (!expected.has(key)) this.silent.delete(key);
    for (const key of expected) {
      const heardAt = this.heardAt.get(key);
      if (heardAt === undefined) this.heardAt.set(key, now);
      else if (now - heardAt >= this.mostMs && this.bus.state() === 'up') this.silent.add(key);
    }
    if (this.silent.size === 0) this.hearsAgain();
    else this.cancelAct ??= this.clock.after(this.spread(), () => this.act());
    this.lookLater();
  }

  private lookLater(): void {
    this.cancelLook();
    const [now, most] = [this.clock.now(), this.mostMs];
    const times = [...this.heardAt].filter(([key]) => !this.silent.has(key)).map(([, at]) => at + most);
    // What is late already, and not silent, cannot be judged: the bus is not there.
    const next = times.filter((time) => time > now).reduce((one, other) => Math.min(one, other), now + most);
    this.cancelLook = this.clock.after(next - now, () => this.look());
  }

  /** The first time on the connection that is there; on a new one when that did not help. */
  private act(): void {
    const isAgain = this.acts > 0;
    // Whoever was not even answered does not know whether it is deaf: the api is away.
    if (isAgain && !this.proven) {
      this.setDeaf(false);
      this.unheeded = true;
    }
    const isInVain = isAgain && this.proven;
    this.proven = false;
    this.acts++;
    if (isInVain) this.bus.reconnect();
    else this.bindAgain(() => this.options.ask());
    const pause = this.mostMs * 2 ** Math.min(this.acts - 1, MOST_DOUBLINGS);
    this.cancelAct = this.clock.after(pause + this.clock.random() * this.intervalMs, () => this.act());
  }

  private bindAgain(then = nothing): void {
    if (this.bus.state() !== 'up') return;
    // What is refused is made anew by the bus, which tells that it is connected then.
    this.bus.listenAgain().then(then, nothing);
  }

  private prove(): void {
    this.cancelGrace = undefined;
    if (this.silent.size === 0) return;
    this.proven = true;
    this.setDeaf(true);
    if (!this.unheeded) return;
    // Pauses grew while the api was away, and what was bound then may be lost by now: it begins anew.
    this.unheeded = false;
    this.acts = 0;
    this.cancelAct?.();
    this.cancelAct = this.clock.after(this.spread(), () => this.act());
  }

  private hearsAgain(): void {
    this.cancelAct?.();
    this.cancelGrace?.();
    [this.cancelAct, this.cancelGrace] = [undefined, undefined];
    this.acts = 0;
    this.proven = false;
    this.unheeded = false;
    this.setDeaf(false);
  }

  private setDeaf(deaf: boolean): void {
    if (this.deaf === deaf) return;
    this.deaf = deaf;
    this.options.onChange();
  }

  private get mostMs(): number {
    return INTERVALS * this.intervalMs;
  }

  private spread(): number {
    return this.clock.random() * Math.min(this.intervalMs / 2, MOST_SPREAD_MS);
  }
}

const nothing = (): void => undefined;

const EVERYTHING = 'all';

function keyOf(scope: DigestMessage['scope']): string {
  if ('app' in scope) return `app ${scope.app}`;
  return 'group' in scope ? `group ${scope.group}` : EVERYTHING;
}

/** Of what is gone nothing runs that might not be wanted. */
const isDoubtful = ({ state, leaving, containers }: AppReport): boolean =>
  state === 'converged' && !(leaving && containers.length === 0);

const doubted = (report: AppReport): AppReport => ({ ...report, state: 'converging', reason: 'deaf' });
