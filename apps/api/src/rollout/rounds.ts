/** Looks a second, all together, whatever the number of those who wait. */
const MOST_LOOKS_PER_SECOND = 10;

interface Looks {
  look(): void;
}

/** Has each of them look now and then, one after the other: what the store is asked does not grow with those who wait. */
export class Rounds {
  private readonly members = new Set<Looks>();
  private timer?: NodeJS.Timeout;

  /** @param roundMs how long a round takes, at least */
  constructor(private readonly roundMs: number) {}

  join(member: Looks): void {
    this.members.add(member);
    this.timer ??= this.next();
  }

  leave(member: Looks): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private next(): NodeJS.Timeout {
    const pause = Math.max(this.roundMs / this.members.size, 1000 / MOST_LOOKS_PER_SECOND);
    return setTimeout(() => {
      const [first] = this.members;
      if (!first) return;
      // The first becomes the last.
      this.members.delete(first);
      this.members.add(first);
      this.timer = this.next();
      first.look();
    }, pause).unref();
  }
}
