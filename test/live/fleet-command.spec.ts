import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetDescription } from '../fleet/announcement';
import { repository } from '../services/repository';
import { eventually } from './support/eventually';
import { Docker } from './support/docker';

jest.setTimeout(240_000);

const READY = { within: 150_000, every: 50 };
let folder: string;
let command: ChildProcess | undefined;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nebula-npm-fleet-')));
});

afterEach(async () => {
  if (command?.exitCode === null && command.signalCode === null) {
    command.kill('SIGTERM');
    await once(command, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

/** Starts what `npm run fleet` does. */
function run(...args: string[]): { child: ChildProcess; output: () => string } {
  const file = join(repository, 'scripts', 'on-hosts.mjs');
  const env = { ...process.env, FLEET_DIR: folder, API_PORT: '' };
  const child = spawn(process.execPath, [file, 'fleet', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  command = child;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  return { child, output: () => text };
}

const description = async (): Promise<FleetDescription> =>
  JSON.parse(await readFile(join(folder, 'fleet.json'), 'utf8')) as FleetDescription;

/** Everything on this machine that still has to do with the fleet. */
async function left(): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const { stdout: named } = spawnSync('grep', ['-lsF', `${folder}/`, ...(await processFiles('cmdline'))]);
  const tags = (await readdir(folder)).map((name) => name.replace('run-', 'nbf'));
  const namespaces = (await readdir('/run/netns')).filter((name) => tags.some((tag) => name.startsWith(tag)));
  return [...mounts, ...named.toString().split('\n'), ...namespaces, ...(await readdir(folder))].filter(Boolean);
}

const processFiles = async (name: string): Promise<string[]> =>
  (await readdir('/proc'))
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => `/proc/${pid}/${name}`);

const hosts = async (found: FleetDescription) => {
  const authorization = `Basic ${btoa(`${found.user}:${found.password}`)}`;
  const answer = await fetch(`${found.api}/api/v3/hosts`, { headers: { authorization } });
  return ((await answer.json()) as { items: { id: string }[] }).items;
};

describe('npm run fleet', () => {
  test('tells programs and people where everything is, and leaves nothing when it is asked to end', async () => {
    const { child, output } = run('--hosts', '2', '--registry');
    await eventually(() => existsSync(join(folder, 'fleet.json')) || child.exitCode !== null, READY);
    if (child.exitCode !== null) throw new Error(output());
    const found = await description();
    const anyText = expect.stringMatching(/./) as string;
    expect(found).toMatchObject({
      api: expect.stringMatching(/^http:\/\/[\d.]+:\d+$/) as string,
      apis: [anyText, anyText],
      ...{ user: 'nebula', password: anyText, group: 'fleet' },
      rabbit: expect.stringMatching(/^amqp:\/\//) as string,
      mongo: expect.stringMatching(/^mongodb:\/\//) as string,
    });
    expect(found.hosts).toHaveLength(2);
    expect((await stat(join(folder, 'fleet.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(new Set((await hosts(found)).map(({ id }) => id))).toEqual(new Set(found.hosts.map(({ id }) => id)));
    for (const host of found.hosts) {
      const { State: state } = await new Docker(host.docker).inspect(host.worker);
      expect(state.Running).toBe(true);
      expect(output()).toContain(host.docker);
    }
    expect(output()).toContain(found.password);
    const calls = output().match(/^ {2}curl .*$/gm) ?? [];
    expect(calls).toHaveLength(2);
    for (const call of calls) expect(spawnSync('sh', ['-c', `${call} --silent --fail`]).status).toBe(0);
    for (const { address } of found.hosts) await eventually(async () => (await fetch(`http://${address}:8080`)).ok);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await left()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('leaves nothing when %s ends it while it starts', async (signal) => {
    const { child, output } = run('--hosts', '2');
    await eventually(async () => (await readdir('/run/netns').catch(() => [])).some((name) => isOurs(name)), READY);
    child.kill(signal);
    await once(child, 'exit');
    // kill -9 of the command leaves the rest to those who notice that it is gone.
    await eventually(async () => (await left()).length === 0, READY);
    expect(output()).not.toContain('A fleet runs');
  });

  test.each([
    [['--hosts', '0'], '--hosts must be'],
    [['--hosts', 'many'], '--hosts must be'],
    [['--images', '/nowhere.tar'], '/nowhere.tar'],
    [['--what'], '--what'],
  ])('says what is wrong with %p, and starts nothing', async (args, message) => {
    const { child, output } = run(...args);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(output()).toContain(message);
    expect(await left()).toEqual([]);
  });
});

/** A host's namespace, by the folder of its run. */
function isOurs(namespace: string): boolean {
  const [, tag] = /^nbf([0-9a-f]{6})-1$/.exec(namespace) ?? [];
  return tag !== undefined && existsSync(join(folder, `run-${tag}`));
}
