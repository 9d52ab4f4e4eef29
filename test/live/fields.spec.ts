import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSpec } from './apps';
import { EngineEvents } from './engine-events';
import { envOf, idsOf, look, namesTo, namesOf, portsOf, runs, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { afterSweeps } from './rest';
import { DEAF, rawEngine, steadyImage, STEADY } from './steady';

jest.setTimeout(120_000);
const PORT = 22_050;
const MIB = 2 ** 20;
const SECOND = 1e9;

let nebula: Nebula;
let events: EngineEvents;
let specs: { all: AppSpec; host: AppSpec; none: AppSpec };
let cores: number;
let memoryBytes: number;

/** Between them, every field that an app can have, and each with another value than its default. */
function everyField(image: string, installation: string, folder: string): typeof specs {
  return {
    all: {
      name: 'live-all',
      image,
      pullPolicy: 'never',
      containersPer: { cpu: 1 },
      ports: [
        PORT,
        { host: PORT + 10, container: 80, protocol: 'udp' },
        { host: PORT + 20, container: 80, hostIp: '127.0.0.1' },
      ],
      env: { LEVEL: 'info', EMPTY: '', SPACED: 'a "b" $c=d' },
      volumes: [`${folder}/srv:/data:ro`, `${installation}-kept:/kept`, '/scratch'],
      networks: [`${installation}-front`, `${installation}-back`],
      devices: ['/dev/fuse:/dev/fuse2:rw', '/dev/null:/dev/nothing'],
      rolling: { maxUnavailable: 1 },
      command: STEADY.slice(1),
      entrypoint: ['sh'],
      labels: { team: 'ads', 'traefik.enable': 'true' },
      resources: { cpus: 0.5, memoryMiB: 64 },
      logging: { driver: 'json-file', options: { 'max-size': '1m', 'max-file': '2' } },
      healthCheck: {
        test: ['CMD', 'true'],
        intervalSeconds: 1,
        timeoutSeconds: 2,
        startPeriodSeconds: 0.5,
        retries: 3,
      },
      stop: { signal: 'SIGUSR1', graceSeconds: 7 },
      ulimits: [{ name: 'nofile', soft: 1024, hard: 4096 }],
      extraHosts: ['db.internal:10.0.0.5', 'outside:host-gateway'],
      capAdd: ['NET_ADMIN'],
      capDrop: ['CAP_MKNOD', 'chown'],
      tmpfs: ['/run:size=16m,mode=1777', '/tmp'],
      readOnlyRoot: true,
    },
    host: {
      name: 'live-host',
      image,
      networks: ['host'],
      containersPer: { host: 1 },
      command: DEAF,
      stop: { graceSeconds: 1 },
    },
    none: {
      name: 'live-none',
      image,
      networks: ['none'],
      containersPer: { memoryGiB: 0.1 },
      logging: { driver: 'none' },
    },
  };
}

beforeAll(async () => {
  nebula = await Nebula.start('fields', { settings: { SWEEP_INTERVAL_SECONDS: '1', REPORT_INTERVAL_SECONDS: '1' } });
  const image = await steadyImage(nebula);
  await mkdir(join(nebula.folder, 'srv'));
  const engine = rawEngine(nebula);
  const info = (await engine.info()) as { NCPU: number; MemTotal: number };
  [cores, memoryBytes] = [info.NCPU, info.MemTotal];
  events = await EngineEvents.watch(engine, `nebula.installation=${nebula.installation}`);
  specs = everyField(image, nebula.installation, nebula.folder);
  const made = await Promise.all(Object.values(specs).map((spec) => nebula.apps.create(spec)));
  expect(made.map(({ rollout }) => rollout?.converged)).toEqual([1, 1, 1]);
});

afterAll(async () => {
  events.end();
  await removeAll(nebula);
});

/** Of the settings of a container, those that differ from what is expected are told by the test that fails. */
async function ofAll(): Promise<Seen[]> {
  return look(nebula, 'live-all');
}

describe('every field of an app is seen in docker inspect', () => {
  test('count by cores and by memory', async () => {
    expect(namesOf(await ofAll())).toEqual(namesTo('live-all', cores));
    const byMemory = Math.max(1, Math.floor((0.1 * memoryBytes) / 2 ** 30));
    expect(namesOf(await look(nebula, 'live-none'))).toEqual(namesTo('live-none', byMemory));
  });

  test('ports, those of the n-th container n − 1 higher', async () => {
    const seen = await ofAll();
    expect(seen.map(({ HostConfig }) => HostConfig.PortBindings)).toEqual(
      seen.map((_, index) => ({
        [`${PORT}/tcp`]: [{ HostIp: '', HostPort: String(PORT + index) }],
        '80/udp': [{ HostIp: '', HostPort: String(PORT + 10 + index) }],
        '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(PORT + 20 + index) }],
      })),
    );
    expect(seen.map(portsOf)).toEqual(
      seen.map((_, index) => expect.arrayContaining([PORT + index, PORT + 10 + index])),
    );
  });

  test('env, command, entrypoint and labels', async () => {
    for (const { Config, ...seen } of await ofAll()) {
      expect(envOf({ Config, ...seen }).toSorted()).toEqual(['EMPTY=', 'LEVEL=info', 'SPACED=a "b" $c=d']);
      expect(Config).toMatchObject({ Cmd: specs.all.command, Entrypoint: ['sh'], Labels: specs.all.labels });
    }
  });

  test('volumes of each kind, and file systems in memory', async () => {
    const [seen] = await ofAll();
    const mounts = new Map(seen?.Mounts.map((mount) => [mount.Destination, mount]));
    expect(mounts.get('/data')).toMatchObject({ Type: 'bind', Source: `${nebula.folder}/srv`, RW: false });
    expect(mounts.get('/kept')).toMatchObject({ Type: 'volume', Name: `${nebula.installation}-kept`, RW: true });
    expect(mounts.get('/scratch')).toMatchObject({ Type: 'volume', Name: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(seen?.HostConfig).toMatchObject({ Tmpfs: { '/run': 'size=16m,mode=1777', '/tmp': '' } });
    expect(seen?.HostConfig.ReadonlyRootfs).toBe(true);
  });

  test('networks: all of them, none, and the host’s', async () => {
    const networks = async (app: string): Promise<string[][]> =>
      (await look(nebula, app)).map(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks).toSorted());
    const both = [`${nebula.installation}-back`, `${nebula.installation}-front`];
    expect(await networks('live-all')).toEqual(Array(cores).fill(both));
    for (const { Id, NetworkSettings } of await ofAll()) {
      const aliases = Object.values(NetworkSettings.Networks).map(({ Aliases }) => (Aliases ?? []) as string[]);
      const given = aliases.map((names) => names.filter((name) => !Id.startsWith(name)));
      expect(given).toEqual([['live-all'], ['live-all']]);
    }
    expect(await networks('live-host')).toEqual([['host']]);
    expect((await networks('live-none'))[0]).toEqual(['none']);
    const made = await nebula.docker.run(['network', 'inspect', ...both, '--format', '{{.Driver}} {{json .Labels}}']);
    const label = { 'nebula.installation': nebula.installation };
    expect(made.split('\n')).toEqual(Array(2).fill(`bridge ${JSON.stringify(label)}`));
  });

  test('devices, privileges and capabilities', async () => {
    const [seen] = await ofAll();
    expect(seen?.HostConfig.Devices).toEqual([
      { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse2', CgroupPermissions: 'rw' },
      { PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'rwm' },
    ]);
    expect(seen?.HostConfig.CapAdd).toEqual(['CAP_NET_ADMIN']);
    expect(seen?.HostConfig.CapDrop).toEqual(['CAP_MKNOD', 'CAP_CHOWN']);
    expect(seen?.HostConfig.Privileged).toBe(false);
  });

  test('all privileges, whether the machine lets such a container start or not', async () => {
    await nebula.apps.create({ name: 'live-mighty', image: specs.all.image, privileged: true });
    const [seen] = await look(nebula, 'live-mighty');
    expect(seen?.HostConfig.Privileged).toBe(true);
    await nebula.apps.delete('live-mighty');
  });

  test('limits, ulimits and hosts', async () => {
    const [seen] = await ofAll();
    expect(seen?.HostConfig).toMatchObject({
      NanoCpus: 0.5 * SECOND,
      Memory: 64 * MIB,
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 4096 }],
      ExtraHosts: ['db.internal:10.0.0.5', 'outside:host-gateway'],
      RestartPolicy: { Name: 'unless-stopped' },
    });
  });

  test('logging, health check and the way to stop', async () => {
    const [seen] = await ofAll();
    expect(seen?.HostConfig.LogConfig).toEqual({ Type: 'json-file', Config: specs.all.logging?.options });
    const [silent] = await look(nebula, 'live-none');
    expect(silent?.HostConfig.LogConfig?.Type).toBe('none');
    expect(seen?.Config).toMatchObject({
      StopSignal: 'SIGUSR1',
      StopTimeout: 7,
      Healthcheck: {
        Test: ['CMD', 'true'],
        Interval: SECOND,
        Timeout: 2 * SECOND,
        StartPeriod: 0.5 * SECOND,
        Retries: 3,
      },
    });
    expect(seen?.State.Health?.Status).toBe('healthy');
  });

  test('and an app that says nothing has what Docker gives by itself', async () => {
    const image = specs.all.image;
    const byHand = await nebula.docker.run(['run', '--detach', '--label', nebula.label, image]);
    const plain = await nebula.docker.inspect(byHand);
    await nebula.apps.create({ name: 'live-plain', image });
    const [seen] = await look(nebula, 'live-plain');
    const own = ['NetworkMode', 'RestartPolicy', 'PortBindings', 'Binds', 'ConsoleSize', 'CgroupnsMode'];
    const others = (config: object): object =>
      Object.fromEntries(Object.entries(config).filter(([name]) => !own.includes(name)));
    const normal = (config: object): unknown =>
      JSON.parse(JSON.stringify(others(config)).replaceAll(/\[\]|\{\}/g, 'null'));
    expect(normal(seen?.HostConfig ?? {})).toEqual(normal(plain.HostConfig));
  });
});

describe('what was observed, planned again, is an empty plan', () => {
  const everything = async (): Promise<string[]> => {
    const seen = await look(nebula);
    expect(seen.every(runs)).toBe(true);
    return idsOf(seen);
  };

  test('by full looks at rest', async () => {
    const since = Date.now();
    const before = await everything();
    await afterSweeps(nebula);
    expect(await everything()).toEqual(before);
    expect(events.said(since).filter((said) => !said.startsWith('exec_') && !said.startsWith('health_'))).toEqual([]);
  });

  test.each([
    ['after the program was started again', async () => undefined],
    ['after it also lost its file', () => rm(join(nebula.dataFolder, 'worker.json'))],
  ])('%s', async (_, whileAway) => {
    const since = Date.now();
    const before = await everything();
    await nebula.kill9();
    await whileAway();
    await nebula.start();
    await afterSweeps(nebula);
    expect(await everything()).toEqual(before);
    expect(events.said(since).filter((said) => !said.startsWith('exec_') && !said.startsWith('health_'))).toEqual([]);
    for (const { name } of Object.values(specs)) {
      expect((await nebula.apps.status(name)).rollout).toMatchObject({ hosts: 1, converged: 1 });
    }
  });
});
