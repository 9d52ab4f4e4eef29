import { idsOf, look, nameOf, namesTo, runs } from './look';
import { Nebula, removeAll } from './nebula';
import { steadyImage } from './steady';
import { OwnEngine } from './support/engine';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);
const SETTINGS = { REPORT_INTERVAL_SECONDS: '1', SWEEP_INTERVAL_SECONDS: '3600' };
const APP = 'live-engine';

let engine: OwnEngine;
let nebula: Nebula;
let image: string;

async function onEngine(options: Parameters<typeof OwnEngine.create>[0] = {}): Promise<void> {
  engine = await OwnEngine.create(options);
  nebula = await Nebula.start('engine', { engine: engine.host, settings: SETTINGS });
  image = await steadyImage(nebula);
}

afterEach(async () => {
  await removeAll(nebula);
  await engine.remove();
});

const problems = async (): Promise<string[]> => (await nebula.apps.host()).problems.map(({ code }) => code);
const heals = (): Promise<unknown> =>
  eventually(async () => (await nebula.apps.status(APP)).rollout.converged === 1, { within: 40_000 });

/** All of them run, under their names. */
async function expectRunning(count: number): Promise<void> {
  const seen = (await look(nebula, APP)).map((one) => `${nameOf(one)} ${one.State.Status} ${one.State.Error}`.trim());
  const { failures } = await nebula.apps.status(APP);
  expect({ seen, failures }).toEqual({ seen: namesTo(APP, count).map((name) => `${name} running`), failures: [] });
}

test('an Engine that is killed or restarted is met again, and what was changed meanwhile is made up for', async () => {
  await onEngine();
  await nebula.apps.create({ name: APP, image, containersPer: { host: 2 } });
  const before = await look(nebula, APP);

  await engine.kill();
  await eventually(async () => (await problems()).includes('engine-away'));
  expect((await nebula.apps.status(APP)).failures).toMatchObject([{ reason: 'engine-away' }]);
  await nebula.apps.accepted.patch(APP, { containersPer: { host: 3 } });
  await engine.start();
  await eventually(() => expectRunning(3), { within: 40_000 });
  await heals();
  expect(idsOf(await look(nebula, APP)).slice(0, 2)).toEqual(idsOf(before));
  expect(await problems()).toEqual([]);

  await engine.restart();
  await eventually(() => expectRunning(3), { within: 40_000 });
  await heals();
  // Its events are heard again: no sweep comes in time to help.
  await engine.docker.run(['rm', '--force', `${APP}-1`]);
  await eventually(() => expectRunning(3));
  expect(idsOf(await look(nebula, APP)).slice(1, 2)).toEqual(idsOf(before).slice(1));
});

test('a full disk is told as what it is, what runs runs on, and a change comes when there is room again', async () => {
  await onEngine({ dataMegabytes: 24 });
  await nebula.apps.create({ name: APP, image });
  const before = await look(nebula, APP);
  await engine.docker.run(['run', '--detach', '--name', 'filler', image]);
  const fill = ['exec', 'filler', 'dd', 'if=/dev/zero', 'of=/full', 'bs=4k'];
  await expect(engine.docker.run(fill)).rejects.toThrow('No space left');

  const { rollout } = await nebula.apps.patch(APP, { env: { CHANGED: 'yes' } });
  expect(rollout).toMatchObject({ failed: 1 });
  expect((await nebula.apps.status(APP)).failures).toMatchObject([
    { reason: 'disk-full', examples: [{ error: expect.stringMatching(/no space left/i) }] },
  ]);
  const meanwhile = await look(nebula, APP);
  expect(idsOf(meanwhile.filter(runs))).toEqual(idsOf(before));

  await engine.docker.run(['exec', 'filler', 'rm', '/full']);
  await heals();
  await expectRunning(1);
  expect(idsOf(await look(nebula, APP))).not.toEqual(idsOf(before));
});

test('what is stopped is started as it is, on the bridge that has another id and on a network made anew', async () => {
  await onEngine();
  const anew = `${APP}-anew`;
  const networkId = (name: string) => engine.docker.run(['network', 'inspect', '--format', '{{.Id}}', name]);
  await nebula.apps.create({ name: APP, image, networks: ['bridge'] });
  await nebula.apps.create({ name: anew, image, networks: ['bridge', 'front'] });
  const before = [...(await look(nebula, APP)), ...(await look(nebula, anew))];
  const bridge = await networkId('bridge');

  await nebula.term();
  await engine.docker.run(['stop', ...idsOf(before)]);
  await engine.docker.run(['network', 'rm', 'front']);
  await engine.docker.run(['network', 'create', 'front']);
  await engine.restart();
  await nebula.start();
  const states = async () => [...(await look(nebula, APP)), ...(await look(nebula, anew))];
  await eventually(async () => (await states()).filter(runs).length === 2, { within: 40_000 });
  expect(idsOf(await states())).toEqual(idsOf(before));
  expect(await networkId('bridge')).not.toBe(bridge);
  await eventually(async () => (await nebula.apps.status(anew)).rollout.converged === 1, { within: 40_000 });
  await heals();
  const on = await engine.docker.run(['inspect', '--format', '{{json .NetworkSettings.Networks}}', `${anew}-1`]);
  expect(JSON.parse(on)).toMatchObject({ front: { NetworkID: await networkId('front') }, bridge: expect.anything() });
});
