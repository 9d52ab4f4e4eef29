/** Longer, and the database may be another one by now. Ms. */
const FRESH_MS = 250;
/** Names. More at the same time are forgotten, and looked up again. */
const MOST = 10_000;

/** Which entry of a name was the newest when it was looked for last, 0 for none. */
export class LastSeen {
  private readonly newest = new Map<string, { generation: number; at: number }>();

  add(name: string, generation: number): void {
    if (this.newest.size >= MOST) this.newest.clear();
    this.newest.set(name, { generation, at: performance.now() });
  }

  /** However long ago. */
  generation(name: string): number | undefined {
    return this.newest.get(name)?.generation;
  }

  /** Whether this was the newest a moment ago: it need not be looked for again. */
  isFresh(name: string, generation: number): boolean {
    const seen = this.newest.get(name);
    return seen?.generation === generation && performance.now() - seen.at < FRESH_MS;
  }
}
