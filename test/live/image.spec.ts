import { stat } from 'node:fs/promises';
import { Broker } from '../services/broker';
import { Database } from '../services/database';
import { busyboxImage } from './busybox-image';
import { type Api, Programs } from './programs';
import { rawEngine, STEADY } from './steady';
import { OwnEngine } from './support/engine';
import { eventually } from './support/eventually';
import { loadNewerWorker, loadWorker } from './worker-images';

jest.setTimeout(300_000);
const ENDS_WITHIN_MS = 5000;
const USER = 10_001;

let engine: OwnEngine;
let image: string;
let broker: Broker;

beforeAll(async () => {
  engine = await OwnEngine.create({ linked: true });
  [image, broker] = await Promise.all([loadWorker(engine.docker), Broker.start({ host: engine.link!.machine })]);
  await busyboxImage(rawEngine(engine), 'steady:1', [`CMD ${JSON.stringify(STEADY)}`]);
});
afterAll(() => Promise.all([broker?.remove(), engine?.remove()]));

const docker = (...args: string[]): Promise<string> => engine.docker.run(args, { within: 120_000 });

/** A worker as a person runs it. It says that it works when this resolves. */
async function runWorker(reference: string, options: string[] = [], name = 'nebula-worker'): Promise<void> {
  await docker(
    ...['run', '--detach', '--name', name, '--network', 'host'],
    ...['--volume', `${engine.socket}:/var/run/docker.sock`],
    ...['--env', `RABBIT_URL=${broker.url()}`, '--env', 'APP_NAME=web,other', '--env', 'REPORT_INTERVAL_SECONDS=1'],
    ...options,
    reference,
  );
  await eventually(async () => (await said(name)).includes('Listens for what this host should run'), {
    within: 30_000,
  });
}

const said = async (name = 'nebula-worker'): Promise<string> => docker('logs', name);
/** Who the program is, for the kernel: its user and its groups. */
const identity = async (name = 'nebula-worker'): Promise<{ user: number; groups: number[] }> => {
  const status = await docker('exec', name, 'cat', '/proc/1/status');
  const numbers = (field: string): number[] =>
    (new RegExp(`^${field}:(.*)$`, 'm').exec(status)?.[1] ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
  return { user: numbers('Uid')[1]!, groups: numbers('Groups') };
};

describe("the worker's container", () => {
  afterEach(() => engine.docker.removeAll('name=nebula-worker'));
  const groupOfSocket = async (): Promise<number> => (await stat(engine.socket)).gid;
  const asNobody = async (): Promise<string[]> => {
    const group = String(await groupOfSocket());
    return ['--read-only', '--user', String(USER), '--group-add', group, '--cap-drop', 'ALL'];
  };

  test('is never root when it is started as nobody in the group of the socket, with nothing to write to', async () => {
    await runWorker(image, await asNobody());
    expect(await identity()).toEqual({ user: USER, groups: expect.arrayContaining([await groupOfSocket()]) });
    expect(await said()).not.toMatch(/Docker Engine does not answer/);
  });

  test('leaves root by itself where the group of the socket allows, and keeps its data as that user', async () => {
    await runWorker(image, ['--read-only', '--volume', 'worker-data:/data']);
    expect(await identity()).toEqual({ user: USER, groups: [await groupOfSocket()] });
    expect(await said()).not.toMatch(/as root|does not answer|can't be/);
  });

  test('works on as root where it has to, and takes data over that root kept', async () => {
    await runWorker(image, ['--env', 'RUN_AS=', '--volume', 'root-data:/data']);
    expect((await identity()).user).toBe(0);
    await docker('rm', '--force', 'nebula-worker');
    await runWorker(image, ['--volume', 'root-data:/data']);
    expect((await identity()).user).toBe(USER);
    await docker('exec', '--user', String(USER), 'nebula-worker', 'sh', '-c', 'test -r /data && touch /data/mine');
  });

  test('ends by SIGTERM in time, as its first process', async () => {
    await runWorker(image);
    const since = performance.now();
    await docker('stop', '--time', '10', 'nebula-worker');
    expect(performance.now() - since).toBeLessThan(ENDS_WITHIN_MS);
    expect((await engine.docker.inspect('nebula-worker')).State.ExitCode).toBe(0);
  });

  test('is healthy as nobody too, and seen to be ill when it stands still', async () => {
    const soon = ['--health-interval', '1s', '--health-retries', '1', '--health-start-period', '0s'];
    await runWorker(image, [...soon, ...(await asNobody())]);
    const health = async () => (await engine.docker.inspect('nebula-worker')).State.Health?.Status;
    await eventually(async () => (await health()) === 'healthy', { within: 20_000 });
    process.kill((await engine.docker.inspect('nebula-worker')).State.Pid, 'SIGSTOP');
    await eventually(async () => (await health()) === 'unhealthy', { within: 60_000 });
    process.kill((await engine.docker.inspect('nebula-worker')).State.Pid, 'SIGCONT');
  });

  test('brings no tools that build, and no way in', async () => {
    const [about] = JSON.parse(await docker('image', 'inspect', image)) as {
      Config: { ExposedPorts?: object; StopSignal: string };
      Size: number;
    }[];
    expect(about!.Config.ExposedPorts).toBeUndefined();
    expect(about!.Config.StopSignal).toBe('SIGTERM');
    // Of our own on top of the base, whose size is that of Node.js.
    const own = Number(
      await docker('run', '--rm', '--entrypoint', 'du', image, '-sm', '/nebula').then((text) => parseInt(text)),
    );
    expect(own).toBeLessThan(80);
    await expect(
      docker('run', '--rm', '--entrypoint', 'sh', image, '-c', 'ls /nebula/node_modules/.bin/tsc'),
    ).rejects.toThrow();
  });
});

describe('a worker container that takes the place of another', () => {
  let database: Database;
  let programs: Programs;
  let api: Api;

  beforeAll(async () => {
    database = await Database.start();
    programs = await Programs.prepare({
      RABBIT_URL: broker.url(),
      MONGO_URL: database.url,
      REPORT_INTERVAL_SECONDS: '1',
    });
    [api] = await Promise.all([programs.api(), programs.monitor()]);
    await eventually(async () => (await fetch(`${api.url}/health/ready`)).ok, { within: 30_000 });
  });
  afterAll(async () => {
    await programs?.remove();
    await database?.remove();
  });

  const client = () => programs.client(api.url);
  const lives = async (): Promise<string[]> => {
    const rows = await engine.docker.ps('label=nebula.app');
    const all = await Promise.all(rows.map(({ ID }) => engine.docker.inspect(ID)));
    return all.map(({ Id, State }) => `${Id} ${State.StartedAt} ${State.Status}`).sort();
  };
  const converged = async (name: string): Promise<void> => {
    const status = async () => (await client().GET('/api/v3/apps/{name}/status', { params: { path: { name } } })).data;
    await eventually(async () => expect((await status())?.rollout).toMatchObject({ hosts: 1, converged: 1 }), {
      within: 60_000,
    });
  };
  const create = async (name: string): Promise<void> => {
    const body = { name, image: 'steady:1', env: { LEVEL: 'info' }, containersPer: { host: 2 } };
    expect((await client().POST('/api/v3/apps', { body })).response.status).toBe(201);
    await converged(name);
  };
  /** Until the worker of now has reported several times, and so has looked at everything. */
  const settled = async (): Promise<void> => {
    const since = Date.now();
    await eventually(
      async () => Date.parse((await client().GET('/api/v3/hosts')).data?.items[0]?.lastHeardAt ?? '') - since > 3_000,
      { within: 30_000 },
    );
    await converged('web');
  };

  test('newer or older, with its data or without, touches no container of an app', async () => {
    const newer = await loadNewerWorker(engine.docker);
    await runWorker(image, ['--volume', 'data:/data']);
    await eventually(async () => (await client().GET('/api/v3/hosts')).data?.items.length === 1, { within: 30_000 });
    await create('web');
    const before = await lives();
    expect(before).toHaveLength(2);

    for (const [reference, options] of [
      [newer, ['--volume', 'data:/data']],
      [image, ['--volume', 'data:/data']],
      [newer, []],
      [image, ['--read-only']],
    ] as const) {
      await docker('rm', '--force', 'nebula-worker');
      await runWorker(reference, [...options]);
      await settled();
      expect(await lives()).toEqual(before);
    }

    await docker('rm', '--force', 'nebula-worker');
    await runWorker(newer, []);
    await create('other');
    const both = await lives();
    await docker('rm', '--force', 'nebula-worker');
    await runWorker(image, []);
    await settled();
    expect(await lives()).toEqual(both);
    expect(both).toEqual(expect.arrayContaining(before));
  });

  test('is no business of its own: an app that wants its name fails, and the worker goes on', async () => {
    await docker('rename', 'nebula-worker', 'other-3');
    await client().PATCH('/api/v3/apps/{name}', {
      params: { path: { name: 'other' }, query: { wait: 20 } },
      body: { containersPer: { host: 3 } },
    });
    const { data } = await client().GET('/api/v3/apps/{name}/status', { params: { path: { name: 'other' } } });
    expect(data?.rollout).toMatchObject({ failed: 1 });
    expect((await engine.docker.inspect('other-3')).State.Running).toBe(true);
    await client().DELETE('/api/v3/apps/{name}', { params: { path: { name: 'other' }, query: { wait: 30 } } });
    await client().DELETE('/api/v3/apps/{name}', { params: { path: { name: 'web' }, query: { wait: 30 } } });
    expect(await lives()).toEqual([]);
    expect((await engine.docker.inspect('other-3')).State.Running).toBe(true);
  });
});
