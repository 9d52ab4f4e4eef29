import { Clock } from '@nebula/orchestration';
import type { Clock as MachineClock } from '@nebula/orchestration/runtime/fake';

/** A host's time goes by this much faster than the test's: what takes a worker a second is over in a tenth. */
export const SPEED = 10;

/** Between two looks of `eventually`, ms: the longer it lasts, the less often, as looking costs the others time. */
const LOOK_MS = { first: 5, most: 40 };
const PATIENCE_MS = 20_000;

/** The clock of one life of a worker. It ends with it: nothing that was to happen later happens. */
export class LifeClock extends Clock {
  private over = false;

  override now(): number {
    return performance.now() * SPEED;
  }

  override date(): Date {
    return new Date();
  }

  override random(): number {
    return Math.random();
  }

  override after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(() => !this.over && callback(), Math.max(0, ms) / SPEED).unref();
    return () => clearTimeout(timer);
  }

  end(): void {
    this.over = true;
  }
}

const began = Date.now();

/** The machines' clock. */
export const machineClock: MachineClock = {
  now: () => began + (Date.now() - began) * SPEED,
  after: (ms, action) => {
    const timer = setTimeout(action, ms / SPEED).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves when it says nothing against it any more. @param objections what still hinders, in words; none: it holds */
export async function eventually(
  what: string,
  objections: () => Promise<readonly string[]> | readonly string[],
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pause = LOOK_MS.first; ; pause = Math.min(pause * 1.3, LOOK_MS.most)) {
    const found = await objections();
    if (found.length === 0) return;
    if (performance.now() > deadline) throw new Error(`never came true: ${what}\n  ${found.join('\n  ')}`);
    await moment(pause);
  }
}

/** Resolves when it holds. */
export const eventuallyTrue = (what: string, holds: () => Promise<boolean> | boolean): Promise<void> =>
  eventually(what, async () => ((await holds()) ? [] : ['it does not']));

/** Looks again and again for so long, and fails as soon as it does not hold: for what must not happen. */
export async function throughout(ms: number, what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!(await holds())) throw new Error(`did not stay true: ${what}`);
    await moment(LOOK_MS.first);
  }
}

const moment = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
