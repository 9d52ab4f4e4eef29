import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { eventually } from './eventually';
import { OwnEngine, removeLeftOverEngines } from './engine';

const minutes = 60_000;
const engines: OwnEngine[] = [];

async function anEngine(...options: Parameters<typeof OwnEngine.create>): Promise<OwnEngine> {
  const engine = await OwnEngine.create(...options);
  engines.push(engine);
  return engine;
}

/** Imports Debian's static busybox and runs a container of it that goes on. */
async function runContainer(engine: OwnEngine, ...options: string[]): Promise<string> {
  const busybox = execFileSync('tar', ['-c', '-C', '/bin', 'busybox'], { maxBuffer: 16 << 20 });
  await engine.docker.run(['import', '-', 'busybox:own'], { input: busybox });
  const command = ['/busybox', 'sh', '-c', 'trap exit TERM; while :; do /busybox sleep 1; done'];
  return engine.docker.run(['run', '--detach', '--name', 'web', ...options, 'busybox:own', ...command]);
}

/** Everything on this machine that still has to do with an Engine. */
async function leftOf(engine: OwnEngine): Promise<string[]> {
  const folder = dirname(engine.socket);
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const { stdout: groups } = spawnSync('find', ['/sys/fs/cgroup', '-name', engine.name], { encoding: 'utf8' });
  const { stdout: links } = spawnSync('ip', ['-o', 'link', 'show', engine.name], { encoding: 'utf8' });
  const { stdout: processes } = spawnSync('pgrep', ['-af', folder], { encoding: 'utf8' });
  const paths = [`/run/netns/${engine.name}`, folder].filter((path) => existsSync(path));
  return [...mounts, groups, links, processes, ...paths].filter((text) => text !== '');
}

/** Sockets of shims, but for those of this machine's own Engine that are in use: others may work beside the tests. */
function shimSockets(): Set<string> {
  const inUse = readFileSync('/proc/net/unix', 'utf8');
  const files = spawnSync('ls', ['/run/containerd/s'], { encoding: 'utf8' }).stdout.split('\n');
  return new Set(files.filter((file) => file === '' || !inUse.includes(`/run/containerd/s/${file}`)));
}

afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.remove()));
}, minutes);

describe("an Engine of a test's own", () => {
  test(
    'has its own host name and id, and can be called from this machine over its cable',
    async () => {
      const [one, other] = await Promise.all([anEngine({ linked: true }), anEngine()]);
      const info = (engine: OwnEngine) => engine.docker.run(['info', '--format', '{{.Name}} {{.ID}}']);
      const [first, second] = await Promise.all([info(one), info(other)]);
      expect(first.split(' ')[0]).toBe(one.name);
      expect(first.split(' ')[1]).not.toBe(second.split(' ')[1]);
      const httpd = ['/busybox', 'httpd', '-f', '-p', '80', '-h', '/'];
      await runContainer(one);
      await one.docker.run(['run', '--detach', '--publish', '8080:80', 'busybox:own', ...httpd]);
      const call = () => fetch(`http://${one.link?.inside}:8080/busybox`, { signal: AbortSignal.timeout(500) });
      await eventually(async () => (await call()).ok);
      await one.setLinked(false);
      await expect(call()).rejects.toThrow();
      await one.setLinked(true);
      await eventually(async () => (await call()).ok);
    },
    minutes,
  );

  test(
    'leaves nothing when it is removed while a container runs',
    async () => {
      const before = shimSockets();
      const engine = await anEngine({ linked: true, dataMegabytes: 64 });
      await runContainer(engine, '--publish', '8080:80');
      await engine.remove();
      expect(await leftOf(engine)).toEqual([]);
      await eventually(() => shimSockets().difference(before).size === 0);
    },
    minutes,
  );

  test(
    'leaves nothing when it was killed',
    async () => {
      const before = shimSockets();
      const engine = await anEngine();
      await runContainer(engine);
      await engine.kill();
      await engine.remove();
      expect(await leftOf(engine)).toEqual([]);
      await eventually(() => shimSockets().difference(before).size === 0);
    },
    minutes,
  );

  test(
    'starts again after a stop and after a kill, with the containers that it had',
    async () => {
      const engine = await anEngine();
      const id = await runContainer(engine, '--restart', 'always');
      await engine.restart();
      await eventually(async () => (await engine.docker.inspect('web')).State.Running);
      await engine.kill();
      await expect(engine.docker.ps()).rejects.toThrow();
      await engine.start();
      await eventually(async () => (await engine.docker.inspect('web')).State.Running);
      expect((await engine.docker.ps()).map((row) => row.ID)).toEqual([id]);
    },
    minutes,
  );

  test(
    'lets containers outlive the daemon when asked to',
    async () => {
      const engine = await anEngine({ liveRestore: true });
      await runContainer(engine);
      const { Pid } = (await engine.docker.inspect('web')).State;
      await engine.kill();
      await engine.start();
      expect((await engine.docker.inspect('web')).State.Pid).toBe(Pid);
      await engine.remove();
      expect(await leftOf(engine)).toEqual([]);
    },
    minutes,
  );

  test(
    'has a disk that can be full',
    async () => {
      const engine = await anEngine({ dataMegabytes: 16 });
      await runContainer(engine);
      const fill = ['/busybox', 'dd', 'if=/dev/zero', 'of=/full', 'bs=1M', 'count=64'];
      await expect(engine.docker.run(['run', 'busybox:own', ...fill])).rejects.toThrow('No space left');
    },
    minutes,
  );

  test(
    'goes with the next run when all that ran went down, its keeper too; one that is kept stays',
    async () => {
      const kept = await anEngine();
      const left = `nbt-${randomBytes(4).toString('hex')}`;
      execFileSync('ip', ['netns', 'add', left]);
      expect(await removeLeftOverEngines()).toEqual([left]);
      expect(existsSync(`/run/netns/${left}`)).toBe(false);
      expect(await kept.docker.run(['version', '--format', '{{.Server.Os}}'])).toBe('linux');
    },
    minutes,
  );
});
