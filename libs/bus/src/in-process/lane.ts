import type { Arrival, Chaos } from './chaos';
import { Fates } from './chaos';

export type Delivery = () => Promise<void>;

/** What the bus did, since it was made. */
export interface BusCounts {
  published: number;
  delivered: number;
  lost: number;
  doubled: number;
  /** Fell off a full queue, the oldest first. */
  dropped: number;
  /** Handlers that threw. */
  failed: number;
}

export interface LaneOptions {
  /** How many deliveries may be under way at a time; the others queue. */
  parallel: number;
  /** How many may queue; what overflows is the oldest. */
  bound: number;
  counts: BusCounts;
  onError: (error: unknown) => void;
}

const AT_ONCE: readonly Arrival[] = [{ delayMs: 0, heldBack: false }];

/**
 * The way to one receiver: keeps the order in which messages were put on it, unless chaos holds one back. Deliveries start
 * in a later turn of the event loop, never inside of the sender's call.
 */
export class Lane {
  private readonly queue: { due: number; deliver: Delivery }[] = [];
  private readonly heldBack = new Set<NodeJS.Timeout>();
  private fates?: Fates;
  private underWay = 0;
  private stopWaiting?: () => void;

  constructor(
    private readonly number: number,
    private readonly options: LaneOptions,
  ) {}

  setChaos(chaos: Chaos | undefined): void {
    this.fates = chaos && new Fates(chaos, this.number);
  }

  /** Whether the sender is to be told that it failed, although it did not. */
  unconfirmed(): boolean {
    return this.fates?.unconfirmed() ?? false;
  }

  post(deliver: Delivery): void {
    const arrivals = this.fates?.next() ?? AT_ONCE;
    if (arrivals.length === 0) this.options.counts.lost++;
    if (arrivals.length > 1) this.options.counts.doubled++;
    for (const arrival of arrivals) this.expect(arrival, deliver);
    this.wait();
  }

  /** What has not started yet never will. */
  clear(): void {
    this.stopWaiting?.();
    this.stopWaiting = undefined;
    this.queue.length = 0;
    for (const timer of this.heldBack) clearTimeout(timer);
    this.heldBack.clear();
  }

  private expect({ delayMs, heldBack }: Arrival, deliver: Delivery): void {
    if (heldBack) return this.holdBack(delayMs, deliver);
    this.queue.push({ due: delayMs === 0 ? 0 : performance.now() + delayMs, deliver });
    if (this.queue.length <= this.options.bound) return;
    this.queue.shift();
    this.options.counts.dropped++;
  }

  private holdBack(delayMs: number, deliver: Delivery): void {
    const timer = setTimeout(() => {
      this.heldBack.delete(timer);
      this.start(deliver);
    }, delayMs).unref();
    this.heldBack.add(timer);
  }

  private wait(): void {
    const head = this.queue[0];
    if (!head || this.stopWaiting || this.underWay >= this.options.parallel) return;
    const ms = Math.ceil(head.due - performance.now());
    if (ms <= 0) {
      const turn = setImmediate(() => this.run());
      this.stopWaiting = () => clearImmediate(turn);
    } else {
      const timer = setTimeout(() => this.run(), ms).unref();
      this.stopWaiting = () => clearTimeout(timer);
    }
  }

  private run(): void {
    this.stopWaiting = undefined;
    const now = performance.now();
    for (let head = this.queue[0]; head && head.due <= now; head = this.queue[0]) {
      if (this.underWay >= this.options.parallel) return;
      this.queue.shift();
      this.start(head.deliver);
    }
    this.wait();
  }

  private start(deliver: Delivery): void {
    this.underWay++;
    deliver()
      .then(() => void this.options.counts.delivered++)
      .catch((error: unknown) => {
        this.options.counts.failed++;
        this.options.onError(error);
      })
      .finally(() => {
        this.underWay--;
        this.wait();
      });
  }
}
