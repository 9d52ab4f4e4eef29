/** Milliseconds, never twice the same: what one replica stores keeps its order. */
export class StoredClock {
  private last = 0;

  next(): number {
    return (this.last = Math.max(Date.now(), this.last + 1));
  }
}
