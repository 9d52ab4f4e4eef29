import { randomInt } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFaults } from '../fleet/faults/faults-run';
import { FAULTS } from '../fleet/faults/kinds/all';
import { LONG, SHORT } from '../fleet/faults/pace';

const minute = 60_000;
const isLong = Boolean(process.env.NEBULA_LONG);
/** Of faults; starting the fleet and ending it come on top. */
const SECONDS = isLong ? 3600 : 150;
/** Those that wait for digests to stay away are tried with a shorter interval by `deaf.spec.ts`. */
const faults = FAULTS.filter(({ intervals }) => isLong || intervals === undefined);
const seed = Number(process.env.NEBULA_FAULTS_SEED || randomInt(1_000_000));

describe(`faults on a fleet (NEBULA_FAULTS_SEED=${seed})`, () => {
  test(
    'every host ends with what was last accepted, nothing is lost, and nothing was restarted without need',
    async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'nebula-faults-')));
      const said: string[] = [];
      const options = { folder, seed, faults, pace: isLong ? LONG : SHORT, seconds: SECONDS };
      const outcomes = await runFaults({ ...options, say: (what) => said.push(what) }).catch((error: Error) => {
        // The logs that it names stay where they are.
        throw new Error(`${error.message}\n${said.join('\n')}`, { cause: error });
      });
      expect(outcomes.length).toBeGreaterThan(3);
      await rm(folder, { recursive: true });
    },
    SECONDS * 1000 + 4 * minute,
  );
});
