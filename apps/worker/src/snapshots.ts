import { accept, checkSnapshot, HostBus, Refusal, seal } from '@nebula/bus';
import { DomainError, type Snapshot, type SnapshotRequest, supersedes } from '@nebula/domain';
import { type Clock, type DesiredState, namesOf, type Seen } from '@nebula/orchestration';

export interface SnapshotsOptions {
  installation: string;
  host(): string | undefined;
  /** What this host's containers tell of their apps. */
  seen(): Iterable<Seen>;
  onChange(): void;
  /** Another store is followed from now on. */
  onSuccession(): void;
  onRefused(refusal: Refusal): void;
  onAnswered(snapshot: Snapshot): void;
  /** The question went, and nobody answered it in time. */
  onUnanswered(): void;
}

const RETRY_MS = { first: 300, most: 15_000 };
/** So often in a row the former store may answer, before its successor is waited for no more: some twenty seconds. */
const MOST_FORMER = 6;

/** Asks for all desired state that the host needs, until somebody answers; asked for meanwhile, it asks once more. */
export class Snapshots {
  private asking = false;
  private again = false;
  private failures = 0;
  /** Heard of, and its snapshot not there yet. */
  private successor?: string;
  private due?: { at: number; cancel: () => void };
  private stopped = false;

  constructor(
    private readonly bus: HostBus,
    private readonly desired: DesiredState,
    private readonly clock: Clock,
    private readonly options: SnapshotsOptions,
  ) {}

  /** @param spreadMs asked at a random time within this: many hosts may have the same reason at the same instant */
  ask(spreadMs = 0): void {
    if (this.asking) this.again = true;
    else this.askIn(this.clock.random() * spreadMs);
  }

  /** Asks until the word of this store is there, which took the place of the one that is followed. */
  askSuccessor(store: string, spreadMs: number): void {
    if (this.successor === undefined || supersedes(store, this.successor)) this.successor = store;
    this.ask(spreadMs);
  }

  stop(): void {
    this.stopped = true;
    this.due?.cancel();
  }

  /** However often it is called: what is due sooner stays. */
  private askIn(ms: number): void {
    const at = this.clock.now() + ms;
    if (this.stopped || (this.due && this.due.at <= at)) return;
    this.due?.cancel();
    this.due = { at, cancel: this.clock.after(ms, () => void this.askNow()) };
  }

  private async askNow(): Promise<void> {
    this.due = undefined;
    this.asking = true;
    this.again = false;
    const answered = await this.request();
    this.asking = false;
    this.failures = answered ? 0 : this.failures + 1;
    if (answered && !this.again) return;
    // Who asked meanwhile has seen a sign of life: the bus is there again.
    const pause = this.again ? RETRY_MS.first : Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (this.failures - 1));
    this.askIn(pause * (0.5 + this.clock.random() / 2));
  }

  private async request(): Promise<boolean> {
    const { installation, onRefused, onChange, onSuccession, onAnswered, onUnanswered } = this.options;
    const host = this.options.host();
    if (host === undefined) return false;
    const baseline = this.desired.baseline(this.options.seen());
    const question: SnapshotRequest = { host, selection: this.desired.selection, known: namesOf(baseline) };
    try {
      const answer = await this.bus.snapshot(seal(installation, this.desired.followedStore ?? '', question));
      const snapshot = accept(answer, installation, checkSnapshot);
      if (snapshot instanceof Refusal) {
        onRefused(snapshot);
        return false;
      }
      const before = this.desired.followedStore;
      this.desired.hearSnapshot(snapshot.store, snapshot.body, baseline);
      if (before !== undefined && this.desired.followedStore !== before) onSuccession();
      onChange();
      onAnswered(snapshot.body);
      return !this.isFormers();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'no-answer') onUnanswered();
      return false;
    }
  }

  /** Whether the answer was the former store's: a replica may not know yet, and would be believed until the next digest. */
  private isFormers(): boolean {
    const { successor } = this;
    if (successor !== undefined && this.desired.isSucceededBy(successor) && this.failures < MOST_FORMER) return true;
    this.successor = undefined;
    return false;
  }
}
