import type { Progress } from '../test/fleet/sim/progress';

/** Takes a sample of each, one after the other, round by round: what befalls the machine meanwhile befalls all of them. */
export async function alternate<T>(
  progress: Progress,
  what: string,
  rounds: number,
  samplers: readonly (() => T | Promise<T>)[],
): Promise<T[][]> {
  const taken: T[][] = samplers.map(() => []);
  const work = async (): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      for (const [index, sample] of samplers.entries()) {
        taken[index]!.push(await sample());
        // A sample that never waits would keep the progress from being shown.
        await new Promise((done) => setImmediate(done));
      }
    }
  };
  const count = () => taken.reduce((sum, { length }) => sum + length, 0);
  await progress.during(what, work(), () => bar(count(), rounds * samplers.length));
  return taken;
}

const WIDTH = 30;

/** @param all one or more */
export function bar(done: number, all: number): string {
  const filled = Math.floor((WIDTH * done) / all);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${all}`;
}
