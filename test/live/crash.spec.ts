import { setTimeout as pause } from 'node:timers/promises';
import { ChangingApp, type AppState } from './changing-app';
import { envOf, idsOf, look, nameOf, namesTo, runs, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { Seeded } from './seeded';
import { steadyImage } from './steady';
import { eventually } from './support/eventually';

const ROUNDS = process.env.NEBULA_LONG ? 50 : 10;
const SEED = Number(process.env.NEBULA_SEED || Math.floor(Math.random() * 1e6));
const STILL = 'live-still';
jest.setTimeout(120_000);

let nebula: Nebula;
let apps: ChangingApp[];
let still: Seen[];
const chance = new Seeded(SEED);

beforeAll(async () => {
  process.stdout.write(`\n  crashes of seed ${SEED} (NEBULA_SEED repeats it)\n\n`);
  nebula = await Nebula.start('crash');
  const image = await steadyImage(nebula);
  apps = ['live-crash-a', 'live-crash-b'].map((name) => new ChangingApp(name, nebula, image, chance));
  await nebula.apps.create({ name: STILL, image });
  still = await look(nebula, STILL);
});

afterAll(() => removeAll(nebula));

/** Changes all apps at once, each after its own last change, and kills the program in the midst of it. */
async function killAfter(ms: number): Promise<void> {
  let dead = false;
  const changes = Promise.all(apps.map((app) => app.changeUntil(() => dead)));
  await pause(ms);
  dead = true;
  await nebula.kill9();
  await changes;
}

/** Starts the program; what it knows of each app is what was accepted last, or what it could not answer any more. */
async function startAgain(): Promise<Map<string, AppState>> {
  await nebula.start();
  const states = new Map<string, AppState>();
  for (const app of apps) {
    const { possible } = app;
    const state = await app.read();
    expect(possible).toContainEqual(state);
    states.set(app.name, state);
  }
  return states;
}

const during = (): Promise<void> => killAfter(chance.upTo(1000));

/** Again as soon as it takes requests, when it has hardly looked at the Engine. */
async function onceMoreWhenReady(): Promise<void> {
  await during();
  await startAgain();
  await killAfter(chance.upTo(200));
}

/** Of one name; what is created later must never be taken for what was deleted. */
async function betweenDeleteAndCreate(): Promise<void> {
  const app = chance.one(apps);
  const [now] = app.possible;
  if (!now) await app.create();
  await pause(chance.upTo(600));
  await app.delete();
  await pause(chance.upTo(300));
  await nebula.kill9();
  await startAgain();
  await app.create();
  await pause(chance.upTo(300));
  await nebula.kill9();
}

const kinds = { during, onceMoreWhenReady, betweenDeleteAndCreate };
const names = Object.keys(kinds) as (keyof typeof kinds)[];
const rounds = Array.from({ length: ROUNDS }, (_, index) => [index + 1, names[index % names.length]] as const);

/** What the Engine should have of an app: `name VERSION`, each running. */
const wanted = (name: string, state: AppState): string[] =>
  state?.running ? namesTo(name, state.count).map((container) => `${container} VERSION=${state.version}`) : [];

async function expectExactly(states: Map<string, AppState>): Promise<void> {
  const seen = (await look(nebula)).filter((container) => nameOf(container) !== `${STILL}-1`);
  const there = seen.map((one) => `${nameOf(one)} ${envOf(one).join()}${runs(one) ? '' : ` ${one.State.Status}`}`);
  expect(there).toEqual([...states].flatMap(([name, state]) => wanted(name, state)));
  for (const [name, state] of states) {
    if (state) expect((await nebula.apps.status(name)).rollout).toMatchObject({ hosts: 1, converged: 1 });
  }
}

// A round that fails leaves the others something to begin with.
beforeEach(async () => {
  if (nebula.runs) return;
  await nebula.start();
  for (const app of apps) await app.read();
});

test.each(rounds)('kill -9, round %i (%s): what was accepted last is what runs', async (_, kind) => {
  await kinds[kind ?? 'during']();
  const states = await startAgain();
  await eventually(() => expectExactly(states), { within: 40_000, every: 100 });
  const now = await look(nebula, STILL);
  expect(idsOf(now)).toEqual(idsOf(still));
  expect(now[0]?.State.StartedAt).toBe(still[0]?.State.StartedAt);
});

test('of all these crashes nothing is left on the Engine but what is wanted', async () => {
  const volumes = (): Promise<string> =>
    nebula.docker.run(['volume', 'ls', '--quiet', '--filter', `label=nebula.installation=${nebula.installation}`]);
  await eventually(async () => expect(await volumes()).toBe(`nebula-worker.${nebula.installation}`));
  await nebula.term();
  expect(await volumes()).toBe('');
});
