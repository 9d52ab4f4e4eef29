import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBusyboxTar } from '../fleet/busybox-tar';
import { Ground } from '../fleet/ground';
import { OwnEngine } from './support/engine';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);
const WEB = 'nebula/busybox:1';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nebula-ground-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function anEngine(ground: Ground, number: number): Promise<OwnEngine> {
  const names = {
    name: `${ground.prefix}-${number}`,
    hostName: `edge-${number}`,
    folder: join(ground.folder, `h${number}`),
  };
  const engine = await OwnEngine.create({ ...names, cable: ground.network.cableOf(number) });
  const tar = join(ground.folder, `busybox-${number}.tar`);
  await writeBusyboxTar(tar, [WEB]);
  await engine.docker.run(['load', '--input', tar]);
  return engine;
}

/** Everything on this machine that still has to do with the fleets of the folder. */
async function left(prefix: string): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const { stdout: groups } = spawnSync('find', ['/sys/fs/cgroup', '-name', `${prefix}*`], { encoding: 'utf8' });
  const { stdout: processes } = spawnSync('pgrep', ['-af', `dockerd.*${folder}`], { encoding: 'utf8' });
  const namespaces = (await readdir('/run/netns')).filter((name) => name.startsWith(prefix));
  return [...mounts, groups, processes, ...namespaces, ...(await readdir(folder))].filter((text) => text !== '');
}

describe('the ground of a fleet', () => {
  test('joins its hosts with one another and with this machine, and one of them can be cut off', async () => {
    const ground = await Ground.lay(folder);
    try {
      const [one, other] = await Promise.all([anEngine(ground, 1), anEngine(ground, 2)]);
      const [address, otherAddress] = [one.link?.inside, other.link?.inside];
      await one.docker.run(['run', '--detach', '--name', 'web', '--publish', '8080:80', WEB]);
      await other.docker.run(['run', '--detach', '--name', 'web', '--publish', '8080:80', WEB]);
      const call = async (where?: string) =>
        (await fetch(`http://${where}:8080`, { signal: AbortSignal.timeout(500) })).text();
      const ping = (where?: string) => one.docker.run(['exec', 'web', 'ping', '-c', '1', '-W', '1', String(where)]);
      await eventually(async () => (await call(address)) === `${WEB}\n`);
      await ping(otherAddress);
      await ping(ground.network.machine);
      await one.link?.cut();
      await expect(call(address)).rejects.toThrow();
      await expect(ping(otherAddress)).rejects.toThrow();
      await call(otherAddress);
      await one.link?.mend();
      await eventually(async () => (await call(address)) === `${WEB}\n`);
    } finally {
      await ground.clear();
    }
    expect(await left(ground.prefix)).toEqual([]);
  });

  test('gives the same image the same id on every host', async () => {
    const ground = await Ground.lay(folder);
    try {
      const engines = await Promise.all([anEngine(ground, 1), anEngine(ground, 2)]);
      const ids = engines.map(({ docker }) => docker.run(['images', '--quiet', '--no-trunc', WEB]));
      expect(new Set(await Promise.all(ids)).size).toBe(1);
    } finally {
      await ground.clear();
    }
  });

  test('is one fleet’s at a time, and two fleets have networks of their own', async () => {
    const ground = await Ground.lay(folder);
    const elsewhere = await mkdtemp(join(tmpdir(), 'nebula-ground-'));
    try {
      await expect(Ground.lay(folder)).rejects.toThrow('a fleet runs in');
      const other = await Ground.lay(elsewhere);
      await other.clear();
      expect(other.network.subnet).not.toBe(ground.network.subnet);
    } finally {
      await ground.clear();
      await rm(elsewhere, { recursive: true });
    }
    await (await Ground.lay(folder)).clear();
  });

  test('is refused where sockets would have too long a path', async () => {
    await expect(Ground.lay(join(folder, 'a'.repeat(60)))).rejects.toThrow('too long');
  });

  test('is cleared by the next fleet when whoever cleans up was killed as well', async () => {
    const owner = spawn(process.execPath, ['-e', OWNER, folder], {
      cwd: __dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const prefix = line.toString().trim();
    const keepers = execFileSync('pgrep', ['-f', folder], { encoding: 'utf8' }).split('\n').filter(Boolean);
    const bashes = keepers.filter((pid) => spawnSync('readlink', [`/proc/${pid}/exe`]).stdout.includes('bash'));
    expect(bashes.length).toBeGreaterThan(1);
    for (const pid of bashes) process.kill(Number(pid), 'SIGKILL');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect((await left(prefix)).length).toBeGreaterThan(3);
    const next = await Ground.lay(folder);
    await next.clear();
    expect(await left(prefix)).toEqual([]);
  });
});

/** Makes ground with a host that runs a container, tells its prefix, and goes on. */
const OWNER = `
require('../../scripts/typescript.cjs');
const { join } = require('node:path');
const { Ground } = require('../fleet/ground.ts');
const { OwnEngine } = require('./support/engine.ts');
const { writeBusyboxTar } = require('../fleet/busybox-tar.ts');
(async () => {
  const ground = await Ground.lay(process.argv[1]);
  const options = { name: ground.prefix + '-1', folder: join(ground.folder, 'h1'), cable: ground.network.cableOf(1) };
  const { docker } = await OwnEngine.create(options);
  const tar = join(ground.folder, 'busybox.tar');
  await writeBusyboxTar(tar, ['${WEB}']);
  await docker.run(['load', '--input', tar]);
  await docker.run(['run', '--detach', '${WEB}']);
  console.log(ground.prefix);
  setInterval(() => {}, 1000);
})();`;
