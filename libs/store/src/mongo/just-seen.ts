/** Longer, and the database may be another one by now. Ms. */
const FRESH_MS = 250;
/** Names. More at the same time are forgotten, and looked up again. */
const MOST = 1_000;

/** Which entry of a name was the newest a moment ago, 0 for none: it need not be looked for again. */
export class JustSeen {
  private readonly newest = new Map<string, { generation: number; at: number }>();

  add(name: string, generation: number): void {
    if (this.newest.size >= MOST) this.newest.clear();
    this.newest.set(name, { generation, at: performance.now() });
  }

  has(name: string, generation: number): boolean {
    const seen = this.newest.get(name);
    return seen?.generation === generation && performance.now() - seen.at < FRESH_MS;
  }
}
