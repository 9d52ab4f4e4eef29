import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSpec } from './apps';
import { EngineEvents } from './engine-events';
import { envOf, look, nameOf, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { rawEngine, steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);
const APP = 'live-volumes';
const PATHS = ['/declared', '/own'];

let nebula: Nebula;
let images: string[];

beforeAll(async () => {
  nebula = await Nebula.start('volumes');
  images = [
    await steadyImage(nebula, 'v:1', ['VOLUME /declared/']),
    await steadyImage(nebula, 'v:2', ['VOLUME /declared']),
  ];
  await nebula.apps.create(spec());
});

afterAll(() => removeAll(nebula));

function spec(more: Partial<AppSpec> = {}): AppSpec {
  return { name: APP, image: images[0] as string, volumes: ['/own'], containersPer: { host: 1 }, ...more };
}

/** Every anonymous volume that was seen in a container of the app. */
const everSeen = new Set<string>();

async function seen(ordinal = 1): Promise<Seen> {
  const all = await look(nebula, APP);
  const found = all.find((container) => nameOf(container) === `${APP}-${ordinal}`);
  if (!found) throw new Error(`there is no ${APP}-${ordinal}`);
  for (const name of volumesOf(found)) everSeen.add(name);
  return found;
}

const volumesOf = ({ Mounts }: Seen): string[] =>
  Mounts.flatMap(({ Type, Name = '' }) => (Type === 'volume' ? Name : []));

const inside = (ordinal: number, script: string): Promise<string> =>
  nebula.docker.run(['exec', `${APP}-${ordinal}`, 'sh', '-c', script]);
const write = (text: string, ordinal = 1): Promise<unknown> =>
  inside(ordinal, PATHS.map((path) => `echo ${text} > ${path}/it`).join(' && '));
const read = async (ordinal = 1): Promise<string> => {
  await seen(ordinal);
  return inside(ordinal, `cat ${PATHS.map((path) => `${path}/it`).join(' ')} 2>&1 | tr '\\n' ' '`);
};

async function expectNoneLeft(): Promise<void> {
  expect(everSeen.size).toBeGreaterThan(0);
  const names = (await nebula.docker.run(['volume', 'ls', '--quiet'])).split('\n');
  expect(names.filter((name) => everSeen.has(name))).toEqual([]);
}

describe('what is in anonymous volumes, of the image and of the app,', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a change', () => nebula.apps.patch(APP, { env: { A: '1' } })],
    ['a restart', () => nebula.apps.order(APP, 'restart')],
    ['another image', () => nebula.apps.patch(APP, { image: images[1] as string })],
    ['its container being removed by hand', removeByHand],
    ['stop and start', () => nebula.apps.order(APP, 'stop').then(() => nebula.apps.order(APP, 'start'))],
    ['a start of the program without its file', loseFile],
  ])('is kept through %s', async (what, change) => {
    const text = what.replaceAll(' ', '-');
    await write(text);
    const before = await seen();
    await change();
    expect(await read()).toBe(`${text} ${text}`);
    expect(volumesOf(await seen()).toSorted()).toEqual(volumesOf(before).toSorted());
  });

  test('goes with the slots above the count: those that come again begin anew', async () => {
    await nebula.apps.patch(APP, { containersPer: { host: 2 } });
    await write('second', 2);
    const gone = volumesOf(await seen(2));
    await nebula.apps.patch(APP, { containersPer: { host: 1 } });
    const names = (await nebula.docker.run(['volume', 'ls', '--quiet'])).split('\n');
    expect(names.filter((name) => gone.includes(name))).toEqual([]);
    await nebula.apps.patch(APP, { containersPer: { host: 2 } });
    expect(await read(2)).toMatch(/No such file/);
    expect(await read(1)).not.toMatch(/No such file/);
  });

  test('goes with the app, also when the program is killed when the container has gone; one of its name begins anew', async () => {
    const events = await EngineEvents.watch(rawEngine(nebula), `nebula.app=${APP}`);
    await nebula.apps.accepted.delete(APP);
    await eventually(() => events.since(0, APP).some(({ action }) => action === 'destroy'), { every: 1 });
    await nebula.kill9();
    events.end();
    await nebula.start();
    await eventually(expectNoneLeft, { within: 20_000 });
    await nebula.apps.create(spec());
    expect(await read()).toMatch(/No such file/);
  });

  test('is the same after 20 changes, and after a delete no volume is left', async () => {
    await write('much');
    const before = volumesOf(await seen()).toSorted();
    for (let n = 1; n <= 20; n++) {
      await nebula.apps.accepted.patch(APP, { env: { N: `${n}` } });
      await eventually(async () => {
        const now = await seen();
        return envOf(now).includes(`N=${n}`) && now.State.Running;
      });
      expect(volumesOf(await seen()).toSorted()).toEqual(before);
    }
    expect(await read()).toBe('much much');
    await nebula.apps.delete(APP);
    await expectNoneLeft();
  });
});

async function removeByHand(): Promise<void> {
  const { Id } = await seen();
  await nebula.docker.run(['rm', '--force', `${APP}-1`]);
  await eventually(async () => {
    const now = await seen();
    return now.Id !== Id && now.State.Running;
  });
}

async function loseFile(): Promise<void> {
  await nebula.kill9();
  await nebula.docker.run(['kill', `${APP}-1`]);
  await rm(join(nebula.dataFolder, 'worker.json'));
  await nebula.start();
  await nebula.apps.patch(APP, { env: { B: '1' } });
}
