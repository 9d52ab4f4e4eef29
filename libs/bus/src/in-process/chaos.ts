/** How unkind the bus is. Shares are of 0 to 1; what is absent does not happen. */
export interface Chaos {
  seed: number;
  /** Share of messages that never arrive. */
  loss?: number;
  /** Share of messages that arrive twice. */
  duplicate?: number;
  /** Every message is late by 0 to this. */
  delayMs?: number;
  /** Share of messages that are held back while others overtake them. */
  reorder?: number;
  /** Share of publishes that are rejected although the message is on its way. */
  unconfirmed?: number;
}

/** One arrival of a message. */
export interface Arrival {
  delayMs: number;
  /** It does not keep its place in the order. */
  heldBack: boolean;
}

/** Longer than the event loop takes for a message, so that others do overtake. */
const SHORTEST_HOLD_MS = 10;

/** A small generator of pseudo-random numbers of 0 to 1 (mulberry32): the same seed, the same numbers. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What becomes of the messages of one lane. Its n-th message has the same fate each time, whatever happens on other lanes. */
export class Fates {
  private readonly random: () => number;

  constructor(
    private readonly chaos: Chaos,
    lane: number,
  ) {
    this.random = randomNumbers(chaos.seed + Math.imul(lane, 0x9e3779b1));
  }

  /** @returns none: the message is lost. */
  next(): Arrival[] {
    // Always the same count of draws, so that one setting does not change what another one does to later messages.
    const [lost, doubled] = [this.happens(this.chaos.loss), this.happens(this.chaos.duplicate)];
    const [first, second] = [this.arrival(), this.arrival()];
    if (lost) return [];
    return doubled ? [first, second] : [first];
  }

  /** Whether a publish is rejected although it was done. */
  unconfirmed(): boolean {
    return this.happens(this.chaos.unconfirmed);
  }

  private arrival(): Arrival {
    const heldBack = this.happens(this.chaos.reorder);
    const part = this.random();
    const span = this.chaos.delayMs ?? 0;
    return { heldBack, delayMs: heldBack ? SHORTEST_HOLD_MS + part * span : part * span };
  }

  private happens(share = 0): boolean {
    return this.random() < share;
  }
}
