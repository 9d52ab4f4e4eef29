/** Lets work go on at the same time as long as its bytes together are few enough; in the order in which it came. */
export class ByteBudget {
  private used = 0;
  private readonly waiting: { bytes: number; begin: () => void }[] = [];

  /** @param most bytes; what has more by itself is done alone */
  constructor(private readonly most: number) {}

  /** Settles as `work` does. */
  async spend<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.waiting.push({ bytes, begin });
      this.beginSome();
    });
    try {
      return await work();
    } finally {
      this.used -= bytes;
      this.beginSome();
    }
  }

  private beginSome(): void {
    for (let next = this.waiting[0]; next && this.hasRoom(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.used += next.bytes;
      next.begin();
    }
  }

  private hasRoom(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.most;
  }
}
