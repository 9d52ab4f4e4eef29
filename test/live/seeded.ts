/** Chance that comes again with its seed (mulberry32), so that a failing run can be repeated. */
export class Seeded {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed;
  }

  /** @returns a number from 0, `below` excluded */
  upTo(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  }

  whole(below: number): number {
    return Math.floor(this.upTo(below));
  }

  one<T>(of: readonly T[]): T {
    return of[this.whole(of.length)] as T;
  }
}
