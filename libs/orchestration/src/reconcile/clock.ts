/** Time and chance, so that tests have their own. */
export abstract class Clock {
  /** Milliseconds that never go back; only differences mean anything. */
  abstract now(): number;
  /** The time of day, for people. */
  abstract date(): Date;
  /** In [0, 1). */
  abstract random(): number;
  /** Calls back once after `ms`. Does not keep the process alive. @returns cancels it */
  abstract after(ms: number, callback: () => void): () => void;
}

export class SystemClock extends Clock {
  override now(): number {
    return performance.now();
  }

  override date(): Date {
    return new Date();
  }

  override random(): number {
    return Math.random();
  }

  override after(ms: number, callback: () => void): () => void {
    // Node warns of a time that has just passed.
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  }
}
