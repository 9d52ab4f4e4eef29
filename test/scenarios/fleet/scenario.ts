import type { Chaos } from '@nebula/bus/in-process';
import { randomInt } from 'node:crypto';
import { Fleet, type FleetOptions } from './fleet';

/** How unkind the bus is, but for the seed. */
export type Unkindness = Omit<Chaos, 'seed'>;

const UNKIND: Unkindness = { loss: 0.15, duplicate: 0.2, delayMs: 15, reorder: 0.3, unconfirmed: 0.1 };

const LONGEST_MS = 60_000;

export interface ScenarioOptions extends FleetOptions {
  /** Of the runs with chaos; false: calm only, because it measures what an unkind bus cannot keep. */
  unkind?: Unkindness | false;
}

/** Plays a scenario on a kind bus, then on unkind ones: it must end the same. `SEED` plays one seed, `NEBULA_LONG=1` many. */
export function scenario(title: string, options: ScenarioOptions, play: (fleet: Fleet) => Promise<void>): void {
  const { unkind = UNKIND, ...fleet } = options;
  describe(title, () => {
    it.concurrent('on a kind bus', () => perform(fleet, play), LONGEST_MS);
    if (unkind === false) return;
    it.concurrent.each(seeds())(
      'with seed %d',
      (seed) => perform({ ...fleet, chaos: { ...unkind, seed } }, play),
      LONGEST_MS,
    );
  });
}

async function perform(options: FleetOptions, play: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await Fleet.start(options);
  try {
    await play(fleet);
    fleet.assertUntouched();
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const seed = options.chaos ? `SEED=${options.chaos.seed}` : 'a kind bus';
    throw Object.assign(new Error(`${message}\nOn ${seed}:\n  ${await fleet.describe()}`), { stack });
  } finally {
    await fleet.end();
  }
}

function seeds(): number[] {
  const { SEED, NEBULA_LONG } = process.env;
  if (SEED) return [Number(SEED)];
  const many = NEBULA_LONG === '1' ? Array.from({ length: 40 }, () => randomInt(2 ** 31)) : [];
  return [1, 2, 3, ...many];
}
