import { METHOD_MS } from './mongo-options';

/** Until when a method of a port has to be done, with all that it asks the server. */
export class Deadline {
  private readonly at: number;

  constructor(ms: number = METHOD_MS) {
    this.at = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() >= this.at;
  }

  /** @throws what `late` makes, when the work takes longer than there is time; the work itself goes on unseen */
  async before<T>(work: Promise<T>, late: () => Error): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late()), Math.max(0, this.at - performance.now()));
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}
