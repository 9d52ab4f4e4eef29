import { createServer, type Server } from 'node:net';
import type { AppSpec } from './apps';
import { EngineEvents } from './engine-events';
import { idsOf, look, namesOf, namesTo, runs } from './look';
import { Nebula, removeAll } from './nebula';
import { afterSweeps } from './rest';
import { rawEngine, steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(60_000);
const PORT = 22_150;
const SETTINGS = { REPORT_INTERVAL_SECONDS: '1' };
const API_PORT = PORT + 40;

let nebula: Nebula;
let second: Nebula | undefined;
let image: string;

beforeAll(async () => {
  nebula = await Nebula.start('clashes', { settings: { ...SETTINGS, API_PORT: String(API_PORT) } });
  image = await steadyImage(nebula);
});

afterAll(() => removeAll(nebula, second));

/** A container that is nobody's of ours. @returns its id */
const foreign = (...args: string[]): Promise<string> =>
  nebula.docker.run(['run', '--detach', '--label', nebula.label, ...args, image]);
const remove = (id: string): Promise<string> => nebula.docker.run(['rm', '--force', id]);

/** The app cannot be as its owner wants it, and its status says why. */
async function expectFailed(owner: Nebula, app: string, reason: string, error: string | RegExp): Promise<void> {
  const { rollout, failures } = await owner.apps.status(app);
  expect(rollout).toMatchObject({ hosts: 1, failed: 1 });
  expect(failures).toEqual([
    { reason, hosts: 1, examples: [expect.objectContaining({ error: expect.stringMatching(error) })] },
  ]);
}

const heals = (owner: Nebula, app: string): Promise<unknown> =>
  eventually(async () => (await owner.apps.status(app)).rollout.converged === 1, { within: 30_000 });

/** Listens like any program of this machine that is no container. */
function listen(port: number): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(port, '0.0.0.0', () => done(server));
  });
}

describe('something foreign', () => {
  test('with the wanted name keeps it; the app says so, and takes the name when it is free', async () => {
    const id = await foreign('--name', 'live-named-2');
    await nebula.apps.create({ name: 'live-named', image, containersPer: { host: 3 } });
    await expectFailed(nebula, 'live-named', 'name-taken', 'live-named-2');
    const others = ['live-named-1', 'live-named-3'];
    await eventually(async () => expect(namesOf(await look(nebula, 'live-named'))).toEqual(others));
    expect((await nebula.docker.inspect('live-named-2')).Id).toBe(id);
    await remove(id);
    await heals(nebula, 'live-named');
    expect(namesOf(await look(nebula, 'live-named'))).toEqual(namesTo('live-named', 3));
    await nebula.apps.delete('live-named');
  });

  test('with the wanted name and our own labels, of another installation, is not taken for ours', async () => {
    const labels = { 'nebula.installation': `${nebula.installation}-other`, 'nebula.app': 'live-mimic' };
    const more = { 'nebula.store': 'x', 'nebula.generation': '1', 'nebula.ordinal': '1', 'nebula.settings': '1:0' };
    const args = Object.entries({ ...labels, ...more }).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
    const id = await foreign('--name', 'live-mimic-1', ...args);
    await nebula.apps.create({ name: 'live-mimic', image });
    await expectFailed(nebula, 'live-mimic', 'name-taken', 'live-mimic-1');
    await nebula.apps.delete('live-mimic');
    expect((await nebula.docker.inspect(id)).State.Running).toBe(true);
    await remove(id);
  });

  test('on the wanted port keeps it, and what ran before runs on', async () => {
    const id = await foreign('--publish', `${PORT}:80`);
    await nebula.apps.create({ name: 'live-port', image, env: { VERSION: '1' } });
    const before = await look(nebula, 'live-port');
    const { rollout } = await nebula.apps.patch('live-port', { ports: [PORT], env: { VERSION: '2' } });
    expect(rollout).toMatchObject({ failed: 1 });
    await expectFailed(nebula, 'live-port', 'port-taken', String(PORT));
    const now = await look(nebula, 'live-port');
    expect(idsOf(now)).toEqual(idsOf(before));
    expect(now.every(runs)).toBe(true);
    await remove(id);
    await heals(nebula, 'live-port');
    expect(idsOf(await look(nebula, 'live-port'))).not.toEqual(idsOf(before));
    await nebula.apps.delete('live-port');
  });

  test('on the wanted port that is no container is told, and the app comes when it is gone', async () => {
    const server = await listen(PORT + 1);
    try {
      await nebula.apps.create({ name: 'live-held', image, ports: [PORT + 1] });
      await expectFailed(nebula, 'live-held', 'port-taken', String(PORT + 1));
    } finally {
      await new Promise((done) => server.close(done));
    }
    await heals(nebula, 'live-held');
    await nebula.apps.delete('live-held');
  });

  test("on the wanted port that is Nebula's own API is told, and nothing is stopped for it", async () => {
    await nebula.apps.create({ name: 'live-own', image, ports: [PORT] });
    const before = idsOf(await look(nebula, 'live-own'));
    await nebula.apps.patch('live-own', { ports: [API_PORT] });
    await expectFailed(nebula, 'live-own', 'port-taken', /Nebula's own: its API listens there.*API_PORT/);
    const now = await look(nebula, 'live-own');
    expect([idsOf(now), now.every(runs)]).toEqual([before, true]);
    await nebula.apps.delete('live-own');
    expect((await nebula.apps.host()).apps).toEqual({ converged: 0, converging: 0, waiting: 0, failed: 0 });
  });

  test('is left as it is: containers, volumes and networks, whatever comes and goes beside them', async () => {
    const { docker, label, installation } = nebula;
    const [network, volume] = [`${installation}-theirs`, `${installation}-kept`];
    await docker.run(['network', 'create', '--label', label, network]);
    await docker.run(['volume', 'create', '--label', label, volume]);
    const id = await foreign('--network', network, '--volume', `${volume}:/kept`);
    const theirs = async (): Promise<string> =>
      (
        await Promise.all([
          docker.run(['network', 'inspect', network, '--format', '{{.Id}} {{json .Labels}} {{json .Options}}']),
          docker.run(['volume', 'inspect', volume]),
          docker.run(['inspect', id, '--format', '{{json .State}} {{json .Name}}']),
        ])
      ).join('\n');
    const before = await theirs();
    await nebula.apps.create({ name: 'live-guest', image, networks: [network], volumes: [`${volume}:/data`] });
    const [guest] = await look(nebula, 'live-guest');
    expect(Object.keys(guest?.NetworkSettings.Networks ?? {})).toEqual([network]);
    await nebula.apps.delete('live-guest');
    expect(await theirs()).toBe(before);
    await remove(id);
  });
});

describe('two apps of one installation that want one port', () => {
  const spec = (name: string): AppSpec => ({ name, image, ports: [PORT + 5] });

  test('never take turns: who has it keeps it, also over a change and a restart of the program', async () => {
    await nebula.apps.create(spec('live-b'));
    await nebula.apps.create(spec('live-a'));
    await expectFailed(nebula, 'live-a', 'port-taken', 'live-b');
    const events = await EngineEvents.watch(rawEngine(nebula), `nebula.installation=${nebula.installation}`);
    const since = Date.now();
    await nebula.apps.patch('live-b', { env: { CHANGED: 'yes' } });
    expect(await nebula.apps.status('live-b')).toMatchObject({ rollout: { converged: 1 } });
    await nebula.restart('SIGKILL');
    await heals(nebula, 'live-b');
    await eventually(() => expectFailed(nebula, 'live-a', 'port-taken', 'live-b'));
    expect(events.since(since, 'live-a').filter(({ action }) => action === 'start')).toEqual([]);
    events.end();
    await nebula.apps.delete('live-b');
    await heals(nebula, 'live-a');
    await nebula.apps.delete('live-a');
  });
});

describe('two installations on one Engine', () => {
  let other: Nebula;

  beforeAll(async () => void (other = await Nebula.start('neighbour', { settings: SETTINGS })));
  afterAll(() => removeAll(other));

  test('both with an app "live-web": the first keeps the name, the other says so and heals', async () => {
    await nebula.apps.create({ name: 'live-web', image });
    const before = await look(nebula, 'live-web');
    const { rollout } = await other.apps.create({ name: 'live-web', image });
    expect(rollout).toMatchObject({ failed: 1 });
    await expectFailed(other, 'live-web', 'name-taken', 'live-web-1');
    expect(namesOf(await look(other))).toEqual([]);
    await nebula.restart('SIGKILL');
    expect(idsOf(await look(nebula, 'live-web'))).toEqual(idsOf(before));
    await nebula.apps.delete('live-web');
    await heals(other, 'live-web');
    expect(namesOf(await look(other, 'live-web'))).toEqual(['live-web-1']);
    expect(namesOf(await look(nebula))).toEqual([]);
    await other.apps.delete('live-web');
  });
});

describe('a second worker of one installation on one Engine', () => {
  const problems = async (of: Nebula): Promise<string> =>
    (await of.apps.host()).problems.map(({ code }) => code).join(', ');

  test('stands aside and says so; after kill -9 of the first it works', async () => {
    const other = await Nebula.start('second', { installation: nebula.installation, settings: SETTINGS });
    second = other;
    expect(nebula.output).toContain('Nebula runs apps on this Docker host');
    expect(other.output).toContain('Nebula STANDS ASIDE on this Docker host');
    expect(other.output).not.toContain('Nebula runs apps');
    await nebula.apps.create({ name: 'live-mine', image });
    const before = await look(nebula, 'live-mine');
    await eventually(async () => (await problems(other)) === 'second-worker');
    await other.apps.accepted.create({ name: 'live-late', image });
    // For as long as the first lives: it is challenged again and again meanwhile.
    await afterSweeps(other, 4);
    expect(await problems(other)).toBe('second-worker');
    expect(await problems(nebula)).toBe('');
    expect(namesOf(await look(other, 'live-late'))).toEqual([]);

    await nebula.kill9();
    const since = performance.now();
    await eventually(async () => (await look(other, 'live-late')).some(runs), { within: 15_000, every: 20 });
    const ms = performance.now() - since;
    await eventually(() => other.output.includes('is gone: this one works on it from now on'));
    process.stdout.write(`\n  a container of the second worker ran ${ms.toFixed(0)} ms after kill -9 of the first\n\n`);

    // What the first one made is of another store: kept, whoever works.
    expect(idsOf(await look(other, 'live-mine'))).toEqual(idsOf(before));
    await nebula.start();
    await eventually(async () => (await problems(nebula)) === 'second-worker');
    expect((await other.term()).code).toBe(0);
    await eventually(async () => (await problems(nebula)) === '', { within: 15_000 });
    await heals(nebula, 'live-mine');
    expect(idsOf(await look(nebula, 'live-mine'))).toEqual(idsOf(before));
  });
});
