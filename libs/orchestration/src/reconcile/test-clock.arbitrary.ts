import { setImmediate as turn } from 'node:timers/promises';
import { Clock } from './clock';

interface Due {
  at: number;
  callback: () => void;
}

/** Turns of the event loop in which what was begun comes to rest, with an Engine that answers at once. */
const TURNS = 25;

/**
 * Time that stands still until it is told to go on, for the worker's parts and for the scripted machine alike. What falls
 * due happens in order, and what follows from it comes to rest before time goes on.
 */
export class TestClock extends Clock {
  /** What `random` gives: to be replaced by a test that needs chance. */
  chance = (): number => 0.5;
  private time = Date.UTC(2030, 0, 1);
  private readonly due = new Set<Due>();

  override now(): number {
    return this.time;
  }

  override date(): Date {
    return new Date(this.time);
  }

  override random(): number {
    return this.chance();
  }

  override after(ms: number, callback: () => void): () => void {
    const entry = { at: this.time + ms, callback };
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.due.size;
  }

  /** Lets come to rest what is under way, without any time passing. */
  async rest(): Promise<void> {
    for (let turns = 0; turns < TURNS; turns++) await turn();
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.rest();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.due.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      await this.rest();
    }
    this.time = end;
  }

  /** Lets time pass until it is so. @throws when it is not within `ms` */
  async until(what: string, is: () => boolean, ms = 10_000): Promise<number> {
    const begin = this.time;
    await this.rest();
    while (!is()) {
      if (this.time - begin >= ms) throw new Error(`not within ${ms} ms: ${what}`);
      await this.advance(10);
    }
    return this.time - begin;
  }

  private next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const entry of this.due) if (entry.at <= end && (!first || entry.at < first.at)) first = entry;
    return first;
  }
}

/** Pseudo-random numbers in [0, 1): the same seed, the same numbers. */
export function chanceOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4_294_967_296;
  };
}
