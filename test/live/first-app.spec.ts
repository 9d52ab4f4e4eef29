import type { AppOrder, AppPatch } from './apps';
import { EngineEvents } from './engine-events';
import { envOf, idsOf, look, nameOf, namesOf, namesTo, portsOf, runs, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { loginOf, PrivateImages, WEB } from './private-images';
import { RawApp } from './raw-app';
import { rawEngine } from './steady';
import { eventually } from './support/eventually';
import { OwnRegistry } from './support/registry';
import { TimeTable } from './time-table';

jest.setTimeout(120_000);
const APP = 'live-first';
const OTHER = 'live-beside';
const PORT = 22_000;

let registry: OwnRegistry;
let nebula: Nebula;
let images: PrivateImages;
let events: EngineEvents;
let times: TimeTable;
let docker: RawApp;
let beside: Seen[];

beforeAll(async () => {
  registry = await OwnRegistry.create();
  nebula = await Nebula.start('first', { settings: { REGISTRIES: loginOf(registry) } });
  images = new PrivateImages(nebula, registry);
  await images.push('web:1', WEB);
  await images.push('web:2', WEB);
  await nebula.apps.create({ name: OTHER, image: images.reference('web:1') });
  beside = await look(nebula, OTHER);
  const engine = rawEngine(nebula);
  events = await EngineEvents.watch(engine, `nebula.installation=${nebula.installation}`);
  times = new TimeTable(events, APP);
  const image = images.reference('web:1');
  const { label } = nebula;
  docker = new RawApp(engine, { name: 'live-raw', image, label, network: 'nebula', port: PORT + 40 });
});

afterAll(async () => {
  events.end();
  times.print();
  await removeAll(nebula);
  await registry.remove();
});

// What happens to one app must not be felt by another.
afterEach(async () => {
  const now = await look(nebula, OTHER);
  expect(idsOf(now)).toEqual(idsOf(beside));
  expect(now.map(({ State }) => State.StartedAt)).toEqual(beside.map(({ State }) => State.StartedAt));
});

/** Changes the app and looks at what is there then; it must have come to its end on this host. */
async function patch(what: string, change: AppPatch, raw: () => Promise<number>): Promise<Seen[]> {
  const { rollout } = await times.measure(what, () => nebula.apps.patch(APP, change), raw);
  expect(rollout).toMatchObject({ hosts: 1, converged: 1 });
  return look(nebula, APP);
}

async function order(what: AppOrder, raw: () => Promise<number>, title: string = what): Promise<Seen[]> {
  const { rollout } = await times.measure(title, () => nebula.apps.order(APP, what), raw);
  expect(rollout).toMatchObject({ hosts: 1, converged: 1 });
  return look(nebula, APP);
}

const nothing = async (): Promise<number> => 0;

/** Docker's own time for replacing both containers, measured once. */
let replacing: Promise<number> | undefined;
const replace = (): Promise<number> => (replacing ??= docker.replace());
const answers = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/busybox`)).ok;

/** All of them are new, and none but as many as there were runs. */
function expectReplaced(before: Seen[], after: Seen[]): void {
  expect(namesOf(after)).toEqual(namesTo(APP, before.length));
  expect(new Set(idsOf(after)).intersection(new Set(idsOf(before)))).toEqual(new Set());
  expect(after.every(runs)).toBe(true);
}

describe('the first app of a newcomer', () => {
  test('is created: a container with its name, labels, port and restart policy', async () => {
    const image = images.reference('web:1');
    const spec = { name: APP, image, ports: [{ host: PORT, container: 80 }], env: { LEVEL: 'info' } };
    const { rollout } = await times.measure(
      'create',
      () => nebula.apps.create(spec),
      () => docker.up(1),
    );
    expect(rollout).toMatchObject({ hosts: 1, converged: 1 });
    const [row] = await nebula.docker.ps(`label=app_name=${APP}`);
    expect(row).toMatchObject({ Names: `${APP}-1`, Image: image, State: 'running' });
    expect(row?.Ports).toContain(`:${PORT}->80/tcp`);
    const [seen] = await look(nebula, APP);
    expect(seen?.Config.Labels).toMatchObject({
      'nebula.installation': nebula.installation,
      'nebula.store': expect.stringMatching(/./),
      'nebula.app': APP,
      'nebula.generation': '1',
      'nebula.ordinal': '1',
      'nebula.settings': expect.stringMatching(/^2:[0-9a-f]+$/),
      app_name: APP,
      orchestrator: 'nebula',
    });
    expect(seen?.HostConfig.RestartPolicy).toMatchObject({ Name: 'unless-stopped' });
    expect(Object.keys(seen?.NetworkSettings.Networks ?? {})).toEqual(['nebula']);
    await eventually(() => answers(PORT));
  });

  test('grows from 1 to 5: the first stays, the others have the next names and ports', async () => {
    const before = await look(nebula, APP);
    const after = await patch('scale 1 to 5', { containersPer: { host: 5 } }, () => docker.up(4));
    expect(namesOf(after)).toEqual(namesTo(APP, 5));
    expect(idsOf(after)[0]).toEqual(idsOf(before)[0]);
    expect(after.map((seen) => portsOf(seen)[0])).toEqual([0, 1, 2, 3, 4].map((n) => PORT + n));
    await eventually(() => answers(PORT + 4));
    const rows = await nebula.apps.containers(APP);
    expect(rows.map(({ name, id }) => `${name} ${id}`)).toEqual(after.map((seen) => `${nameOf(seen)} ${seen.Id}`));
  });

  test('shrinks from 5 to 2: the first two stay', async () => {
    const before = await look(nebula, APP);
    const after = await patch('scale 5 to 2', { containersPer: { host: 2 } }, () => docker.down(3));
    expect(idsOf(after)).toEqual(idsOf(before).slice(0, 2));
  });

  test('has new containers for a changed env', async () => {
    const before = await look(nebula, APP);
    const after = await patch('env of 2', { env: { LEVEL: 'debug', MODE: 'x y' } }, replace);
    expectReplaced(before, after);
    for (const seen of after) expect(envOf(seen).toSorted()).toEqual(['LEVEL=debug', 'MODE=x y']);
  });

  test('has new containers for a changed image', async () => {
    const before = await look(nebula, APP);
    await images.pull('web:2');
    const after = await patch('image of 2', { image: images.reference('web:2') }, replace);
    expectReplaced(before, after);
    expect(after.map(({ Config }) => Config.Image)).toEqual(Array(2).fill(images.reference('web:2')));
    expect(new Set(after.map(({ Image }) => Image)).size).toBe(1);
    expect(after[0]?.Image).not.toBe(before[0]?.Image);
  });

  test('has new containers for changed ports, also where they shift by one', async () => {
    const before = await look(nebula, APP);
    const ports = [{ host: PORT + 1, container: 80 }, PORT + 20];
    const after = await patch('ports of 2', { ports }, replace);
    expectReplaced(before, after);
    expect(after.map(portsOf).map((all) => all.toSorted())).toEqual([
      [PORT + 1, PORT + 20],
      [PORT + 2, PORT + 21],
    ]);
    await eventually(() => answers(PORT + 2));
    await expect(answers(PORT)).rejects.toThrow();
  });

  test('has new containers of the same settings for a restart', async () => {
    const before = await look(nebula, APP);
    const after = await order('restart', replace, 'restart of 2');
    expectReplaced(before, after);
    expect(after.map(envOf)).toEqual(before.map(envOf));
    expect(after.map(portsOf)).toEqual(before.map(portsOf));
  });

  test('keeps its containers for a pull that brings nothing new', async () => {
    const before = await look(nebula, APP);
    expect(idsOf(await order('pull', nothing, 'pull, the same image'))).toEqual(idsOf(before));
  });

  test('has new containers for a pull that brings another image', async () => {
    const before = await look(nebula, APP);
    const id = await images.push('web:2', WEB);
    const after = await order('pull', replace, 'pull, another image of 2');
    expectReplaced(before, after);
    expect(after.map(({ Image }) => Image)).toEqual([id, id]);
  });

  test.each<AppPatch>([
    { rolling: { maxUnavailable: 1 } },
    { pullPolicy: 'never' },
    { pullPolicy: null, rolling: null, stop: { graceSeconds: 10 } },
  ])('keeps its containers for %j, which needs no new ones', async (change) => {
    const since = Date.now();
    const before = await look(nebula, APP);
    const { rollout } = await nebula.apps.patch(APP, change);
    expect(rollout).toMatchObject({ converged: 1 });
    expect(idsOf(await look(nebula, APP))).toEqual(idsOf(before));
    expect(events.said(since)).toEqual([]);
  });

  test('has no containers when it is stopped', async () => {
    expect(await order('stop', () => docker.down(2), 'stop of 2')).toEqual([]);
  });

  test('has new ones when it is started', async () => {
    const after = await order('start', () => docker.up(2), 'start of 2');
    expect(namesOf(after)).toEqual(namesTo(APP, 2));
    expect(after.every(runs)).toBe(true);
  });

  test('is deleted, and nothing of it stays', async () => {
    const { rollout } = await times.measure(
      'delete of 2',
      () => nebula.apps.delete(APP),
      () => docker.down(2),
    );
    expect(rollout).toMatchObject({ hosts: 1, converged: 1 });
    expect(await look(nebula, APP)).toEqual([]);
    await expect(nebula.apps.get(APP)).rejects.toThrow('404');
  });

  test('took no time of another order than Docker itself', () => {
    const { ours, docker: floor } = times.total;
    expect(ours).toBeLessThan(3 * floor + 5000);
  });
});
