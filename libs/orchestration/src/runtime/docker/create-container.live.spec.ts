import { createServer } from 'node:net';
import { containerSettings, resolveApp } from '@nebula/domain';
import Docker from 'dockerode';
import { busyboxImage } from '../../../../../test/live/busybox-image';
import type { ContainerSpec } from '../observed';
import { DockerRuntime } from './docker-runtime';

const PREFIX = 'rt-raw';
const IMAGE = 'rt-raw/busybox:1';
const PORT = 21_050;

const docker = new Docker();
const runtime = new DockerRuntime({ DOCKER_HOST: process.env.DOCKER_HOST });
const networks: string[] = [];
const containers: string[] = [];
let imageId = '';
let made = 0;

const shell = (script: string): string[] => ['sh', '-c', `trap "exit 0" TERM; ${script}; while :; do sleep 0.05; done`];
const SETTINGS: ContainerSpec['settings'] = {
  ...containerSettings(resolveApp({ name: 'plain', image: IMAGE })),
  command: shell('echo ready'),
  stop: { signal: null, graceSeconds: 1 },
};

async function create(
  settings: Partial<ContainerSpec['settings']>,
  on = ['none'],
  aliases: ContainerSpec['aliases'] = {},
): Promise<string> {
  const name = `${PREFIX}-${(made += 1)}`;
  const spec = { name, image: IMAGE, imageId, labels: { team: 'ads' }, networks: on, aliases };
  const id = await runtime.create({ ...spec, settings: { ...SETTINGS, ...settings } });
  containers.push(id);
  return id;
}

async function logged(id: string, text: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await runtime.logs(id, { lines: 20, bytes: 4096 })).includes(text)) {
    if (Date.now() > end) throw new Error(`never logged: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

jest.setTimeout(60_000);

beforeAll(async () => {
  imageId = await busyboxImage(docker, IMAGE, ['VOLUME /declared', 'ENV GIVEN=image', 'CMD ["sleep", "1d"]']);
  for (const name of ['a', 'b']) networks.push(await runtime.ensureNetwork(`${PREFIX}-${name}`, {}));
});

afterAll(async () => {
  await Promise.all(containers.map((id) => docker.getContainer(id).remove({ force: true, v: true })));
  await Promise.all(networks.map((id) => docker.getNetwork(id).remove()));
  await runtime.removeVolume(`${PREFIX}-data`);
  await docker.getImage(IMAGE).remove();
});

describe('a container on a real Engine', () => {
  it('is made of every setting', async () => {
    const id = await create(
      {
        env: { LEVEL: 'info', EMPTY: '' },
        ports: [
          { host: PORT, container: 80, protocol: 'tcp' },
          { host: PORT + 1, container: 53, protocol: 'udp' },
          { host: PORT, container: 81, protocol: 'udp', hostIp: '127.0.0.1' },
        ],
        volumes: [
          { source: `${PREFIX}-data`, target: '/data', mode: '' },
          { source: '/tmp', target: '/host', mode: 'ro' },
          { target: '/cache', mode: '' },
        ],
        devices: [{ host: '/dev/null', container: '/dev/nothing', permissions: 'rw' }],
        privileged: false,
        command: ['-c', 'trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done'],
        entrypoint: ['/bin/sh'],
        resources: { cpus: 0.25, memoryMiB: 32 },
        logging: { driver: 'json-file', options: { 'max-size': '1m' } },
        healthCheck: {
          test: ['CMD', 'true'],
          intervalSeconds: 7,
          timeoutSeconds: 2,
          startPeriodSeconds: 5,
          retries: 4,
        },
        stop: { signal: 'SIGTERM', graceSeconds: 3 },
        ulimits: [{ name: 'nofile', soft: 512, hard: 1024 }],
        extraHosts: ['database:10.1.2.3'],
        capAdd: ['NET_ADMIN'],
        capDrop: ['MKNOD'],
        tmpfs: [{ target: '/scratch', options: 'size=1m' }],
        readOnlyRoot: true,
      },
      networks,
    );
    await runtime.start(id);
    await logged(id, 'ready');
    const { Config, HostConfig, Mounts, NetworkSettings } = await docker.getContainer(id).inspect();
    expect(Config).toMatchObject({
      Image: IMAGE,
      Env: expect.arrayContaining(['LEVEL=info', 'EMPTY=']),
      Cmd: ['-c', expect.stringContaining('trap')],
      Entrypoint: ['/bin/sh'],
      Labels: { team: 'ads' },
      StopSignal: 'SIGTERM',
      StopTimeout: 3,
      Healthcheck: { Test: ['CMD', 'true'], Interval: 7e9, Timeout: 2e9, StartPeriod: 5e9, Retries: 4 },
    });
    expect(HostConfig).toMatchObject({
      NetworkMode: networks[0],
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      PortBindings: {
        '80/tcp': [{ HostPort: `${PORT}` }],
        '53/udp': [{ HostPort: `${PORT + 1}` }],
        '81/udp': [{ HostIp: '127.0.0.1', HostPort: `${PORT}` }],
      },
      Binds: [`${PREFIX}-data:/data`, '/tmp:/host:ro'],
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'rw' }],
      Privileged: false,
      NanoCpus: 25e7,
      Memory: 32 * 2 ** 20,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
      Ulimits: [{ Name: 'nofile', Soft: 512, Hard: 1024 }],
      ExtraHosts: ['database:10.1.2.3'],
      CapAdd: [expect.stringContaining('NET_ADMIN')],
      CapDrop: [expect.stringContaining('MKNOD')],
      Tmpfs: { '/scratch': 'size=1m' },
      ReadonlyRootfs: true,
    });
    expect(Mounts.map((mount) => mount.Destination).sort()).toEqual(['/cache', '/data', '/declared', '/host']);
    expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([`${PREFIX}-a`, `${PREFIX}-b`]);
    const { limits } = (await runtime.inspect(id))!;
    expect(limits).toEqual({ nanoCpus: 25e7, memory: 32 * 2 ** 20, restartPolicy: 'unless-stopped', others: [] });
  });

  it('is privileged when told to be', async () => {
    const id = await create({ privileged: true });
    expect((await docker.getContainer(id).inspect()).HostConfig.Privileged).toBe(true);
  });

  it('keeps what the image says where nothing else is asked for', async () => {
    const id = await create({ command: null });
    const { Config, HostConfig } = await docker.getContainer(id).inspect();
    expect(Config).toMatchObject({ Cmd: ['sleep', '1d'], Env: expect.arrayContaining(['GIVEN=image']) });
    expect(Config).not.toHaveProperty('StopSignal');
    expect(HostConfig).toMatchObject({ Memory: 0, NanoCpus: 0, ReadonlyRootfs: false });
    expect((await runtime.inspect(id))!.limits.others).toEqual([]);
  });

  it('finds the others of its networks by their names, and by those that they were given', async () => {
    const other = await create({}, [networks[0]!], { [networks[0]!]: ['shop'] });
    const further = await create({}, networks, { [networks[1]!]: ['store'] });
    for (const each of [other, further]) await runtime.start(each);
    const { name } = (await runtime.inspect(other))!;
    const all = [name, 'shop', 'store'].map((host) => `ping -c 1 -w 5 ${host}`).join(' && ');
    const id = await create({ command: shell(`${all} && echo found`) }, [networks[1]!, networks[0]!]);
    await runtime.start(id);
    await logged(id, 'found');
  });

  it('gets no port that a program of the host holds', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(PORT + 5, '0.0.0.0', resolve));
    const id = await create({ ports: [{ host: PORT + 5, container: 80, protocol: 'tcp' }] }, [networks[0]!]);
    await expect(runtime.start(id)).rejects.toMatchObject({ code: 'port-taken' });
    await new Promise((resolve) => server.close(resolve));
    await runtime.start(id);
  });

  it.each([
    ['cpu shares', { CpuShares: 512 }, 'CpuShares'],
    ['processors', { CpusetCpus: '0' }, 'CpusetCpus'],
    ['number of processes', { PidsLimit: 100 }, 'PidsLimit'],
    ['reserved memory', { MemoryReservation: 16 * 2 ** 20 }, 'MemoryReservation'],
    ['swap', { Memory: 64 * 2 ** 20, MemorySwap: 96 * 2 ** 20 }, 'MemorySwap'],
    ['share of the processors', { CpuPeriod: 100_000, CpuQuota: 50_000 }, 'CpuQuota'],
  ])('shows that its %s were changed by hand', async (_, update, name) => {
    const id = await create({});
    await docker.getContainer(id).update(update);
    expect((await runtime.inspect(id))!.limits.others).toContain(name);
  });

  it.each([
    { devices: [{ host: '/dev/no-such-device', container: '/dev/x', permissions: 'rwm' }] },
    { command: ['/no/such/program'] },
    { extraHosts: ['no address'] },
  ])('that the Engine refuses is refused: %j', async (settings) => {
    const start = async () => runtime.start(await create(settings));
    await expect(start()).rejects.toMatchObject({ name: 'RuntimeError', code: 'refused' });
  });
});
