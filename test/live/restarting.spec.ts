import { chmod, copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSpec, AppStatus } from './apps';
import { EngineEvents } from './engine-events';
import { Nebula, removeAll } from './nebula';
import { rawEngine, shell, steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);

/** The settle time that a worker has by default. */
const SETTINGS = { REPORT_INTERVAL_SECONDS: '1', SETTLE_SECONDS: '5' };
let nebula: Nebula;
let events: EngineEvents;
let image: string;

beforeAll(async () => {
  nebula = await Nebula.start('restarting', { settings: SETTINGS });
  image = await steadyImage(nebula);
  events = await EngineEvents.watch(rawEngine(nebula), `nebula.installation=${nebula.installation}`);
});

afterAll(async () => {
  events.end();
  await removeAll(nebula);
});

type State = 'converged' | 'converging' | 'failed';
const stateOf = ({ rollout }: AppStatus): State =>
  rollout.converged ? 'converged' : rollout.failed ? 'failed' : 'converging';

const starts = (app: string): number => events.since(0, app).filter(({ action }) => action === 'start').length;

/** What all looks at an app's status saw, one after the other, until it ends; each state once for as long as it lasted. */
async function statesUntil(app: string, isOver: () => boolean): Promise<State[]> {
  const states: State[] = [];
  await eventually(
    async () => {
      const state = stateOf(await nebula.apps.status(app));
      if (state !== states.at(-1)) states.push(state);
      return isOver();
    },
    { within: 90_000, every: 200 },
  );
  return states;
}

async function failureOf(app: string): Promise<{ reason?: string; error?: string; log?: string }> {
  const { failures } = await nebula.apps.status(app);
  return { reason: failures[0]?.reason, ...failures[0]?.examples[0] };
}

/** A program for another processor: this machine's, with another number where the kind is written. */
async function foreignProgram(): Promise<string> {
  const path = join(nebula.folder, 'foreign');
  await copyFile('/bin/busybox', path);
  await chmod(path, 0o755);
  const file = await open(path, 'r+');
  await file.write(Buffer.from([0xf3, 0x00]), 0, 2, 18);
  await file.close();
  return path;
}

test('containers that end are told as they are, in every look, and with what ended them', async () => {
  const create = (name: string, more: Partial<AppSpec>): Promise<State> =>
    nebula.apps.create({ name, image, ...more }).then(({ rollout }) => stateOf({ rollout } as AppStatus));
  const says = (seconds: number): string[] => shell(`echo no license; sleep ${seconds}; exit 3`);
  const bus = 'i=0; while [ $i -lt 1 ]; do sh -c "kill -SEGV \\$\\$"; exit $?; done';
  const waited = Promise.all([
    create('one-second', { command: says(1) }),
    create('twelve-seconds', { command: says(12) }),
    create('five-seconds', { command: says(5) }),
    create('hungry', { command: ['tail', '/dev/zero'], resources: { memoryMiB: 8 } }),
    create('nowhere', { command: ['/no/such/program'] }),
    create('segfault', { command: shell(bus) }),
    create('foreign', { command: ['/foreign'], volumes: [`${await foreignProgram()}:/foreign:ro`] }),
    create('steady', {}),
  ]);
  const seen = Promise.all(
    ['one-second', 'five-seconds', 'twelve-seconds'].map((app) =>
      statesUntil(app, () => starts('twelve-seconds') >= 3 && starts('five-seconds') >= 4),
    ),
  );

  const [one, , , hungry, nowhere, segfault, foreign, steady] = await waited;
  expect({ one, hungry, nowhere, segfault, foreign, steady }).toEqual({
    ...{ one: 'failed', hungry: 'failed', nowhere: 'failed', segfault: 'failed', foreign: 'failed' },
    steady: 'converged',
  });

  const told: [string, string, RegExp][] = [
    ['one-second', 'restarting', /^container "one-second-1" ended with exit code 3, restarted (once|\d+ times)$/],
    ['hungry', 'out-of-memory', /was killed by the kernel: out of memory, limit 8 MiB, restarted/],
    ['nowhere', 'start-failed', /^its program is not in the image: .*\/no\/such\/program/],
    ['segfault', 'restarting', /was ended by signal SIGSEGV \(exit code 139\), restarted/],
    ['foreign', 'restarting', /: its program is made for another kind of processor/],
  ];
  for (const [app, reason, error] of told) {
    await eventually(async () =>
      expect(await failureOf(app)).toMatchObject({ reason, error: expect.stringMatching(error) }),
    );
  }
  await eventually(async () => expect((await failureOf('one-second')).log).toContain('no license'));

  const [first, fifth, twelfth] = await seen;
  expect(first).toEqual(['converging', 'failed']);
  expect(twelfth).toEqual(['converging', 'converged', 'failed']);
  // At five seconds it may have counted for a moment; it never does again.
  expect(fifth!.filter((state) => state !== 'converged')).toEqual(['converging', 'failed']);
  expect(fifth!.at(-1)).toBe('failed');
  const failed = { reason: 'restarting', error: expect.stringMatching(/exit code 3, restarted \d+ times/) };
  for (const app of ['five-seconds', 'twelve-seconds']) expect(await failureOf(app)).toMatchObject(failed);

  // A new worker sees what runs for the first time, and says the same.
  await nebula.restart();
  await eventually(async () => stateOf(await nebula.apps.status('steady')) === 'converged');
  const before = starts('twelve-seconds');
  const states = await statesUntil('twelve-seconds', () => starts('twelve-seconds') > before);
  expect(states).not.toContain('converged');
});
