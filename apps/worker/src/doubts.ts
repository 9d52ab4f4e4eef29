import type { Clock } from '@nebula/orchestration';

/** A digest may overtake the change that it speaks of: what is on its way has this long to come, ms. */
const GRACE_MS = 300;
/** Many hosts notice at the same digest that they missed something: they ask within this time, ms. */
const SPREAD_MS = 1000;
/** More of them say nothing more. */
const MOST = 100;

/** Differences to what this host was told that there is, until they turn out to be real. */
export class Doubts {
  private readonly open: (() => boolean)[] = [];
  private cancel?: () => void;

  /** @param onReal something was missed; told once for all that there is to doubt */
  constructor(
    private readonly clock: Clock,
    private readonly onReal: () => void,
  ) {}

  /** @param isOver asked again a little later: whether there is no difference any more */
  add(isOver: () => boolean): void {
    if (this.open.length < MOST) this.open.push(isOver);
    this.cancel ??= this.clock.after(GRACE_MS + this.clock.random() * SPREAD_MS, () => this.look());
  }

  stop(): void {
    this.cancel?.();
    this.open.length = 0;
  }

  private look(): void {
    this.cancel = undefined;
    const isReal = this.open.splice(0).some((isOver) => !isOver());
    if (isReal) this.onReal();
  }
}
