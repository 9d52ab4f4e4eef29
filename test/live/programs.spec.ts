import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Broker } from '../services/broker';
import { Database } from '../services/database';
import type { Program } from './program';
import { type Api, Programs } from './programs';
import { busyboxImage } from './busybox-image';
import { STEADY, rawEngine } from './steady';
import { OwnEngine } from './support/engine';
import { eventually } from './support/eventually';

jest.setTimeout(180_000);
const ENDS_WITHIN_MS = 5000;
const NAMES = ['api', 'monitor', 'worker'] as const;

const NOWHERE = {
  RABBIT_URL: 'amqp://nebula:open-sesame-2@127.0.0.1:1/x',
  MONGO_URL: 'mongodb://u:open-sesame-3@127.0.0.1:1',
};

describe('a program that is told wrong things', () => {
  let programs: Programs;
  beforeAll(async () => void (programs = await Programs.prepare({})));
  afterAll(() => programs.remove());

  /** One clear message, for a person, and exit code 1. */
  async function refusal(name: (typeof NAMES)[number], settings: Record<string, string>): Promise<string> {
    const program = programs.run(name, settings);
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.output.match(/^Nebula can't start/gm)).toHaveLength(1);
    expect(program.output).not.toMatch(/\n\s+at /);
    return program.output;
  }

  test.each(NAMES)('says all of it at once, and no value (%s)', async (name) => {
    const said = await refusal(name, { RABBIT_URL: 'hunter2', MONGO_URL: 'hunter2', LOG_LEVEL: 'loud' });
    for (const wrong of ['RABBIT_URL', 'MONGO_URL', 'LOG_LEVEL']) expect(said).toContain(wrong);
    expect(said).not.toContain('hunter2');
  });

  test('says what it cannot do without', async () => {
    expect(await refusal('worker', NOWHERE)).toMatch(/APP_NAME or DEVICE_GROUP is missing/);
    expect(await refusal('api', NOWHERE)).toMatch(/BASIC_AUTH_PASSWORD is missing/);
    expect(await refusal('monitor', {})).toMatch(/RABBIT_URL or RABBIT_HOST is missing[^]*MONGO_URL is missing/);
  });

  test('says that the port is taken', async () => {
    const settings = { ...NOWHERE, BASIC_AUTH_PASSWORD: 'x' };
    const first = await programs.api(NOWHERE);
    const port = first.address.split(':')[1]!;
    expect(await refusal('api', { ...settings, API_PORT: port })).toMatch(/API_PORT/);
    await first.program.end('SIGKILL');
  });
});

describe('a program that is still loaded', () => {
  let programs: Programs;
  beforeAll(async () => void (programs = await Programs.prepare(NOWHERE)));
  afterAll(() => programs.remove());

  /** Asks its process to end when the first module of the framework is loaded. */
  const HOOK = `const Module = require('node:module');
    const load = Module._load;
    Module._load = function (name) {
      if (name.startsWith('@nestjs/')) {
        Module._load = load;
        process.kill(process.pid, 'SIGTERM');
      }
      return load.apply(this, arguments);
    };`;

  test.each(NAMES)('ends in order by a signal (%s)', async (name) => {
    const hook = join(await mkdtemp(join(tmpdir(), 'nebula-hook-')), 'hook.cjs');
    await writeFile(hook, HOOK);
    const settings = { APP_NAME: 'web', BASIC_AUTH_PASSWORD: 'x', NODE_OPTIONS: `--require ${hook}` };
    const { code, ms } = await programs.run(name, settings).end();
    await rm(dirname(hook), { recursive: true });
    expect({ code }).toEqual({ code: 0 });
    expect(ms).toBeLessThan(2 * ENDS_WITHIN_MS);
  });
});

describe('without broker, database and Engine', () => {
  let programs: Programs;
  beforeEach(async () => void (programs = await Programs.prepare(NOWHERE)));
  afterEach(() => programs.remove());

  test('the api answers, with 503 where it needs them, and says what is away', async () => {
    const { url, program } = await programs.api();
    const get = (path: string) => fetch(`${url}${path}`, { headers: { authorization: programs.authorization } });
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/serving')).status).toBe(200);
    const ready = await get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ errors: [{ pointer: 'store' }, { pointer: 'bus' }] });
    const apps = await get('/api/v3/apps');
    expect(apps.status).toBe(503);
    expect(apps.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(apps.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await program.end('SIGTERM')).ms).toBeLessThan(ENDS_WITHIN_MS);
  });

  test.each(NAMES)('%s ends in time, and cleanly', async (name) => {
    const program = await running(programs, name);
    const { code, ms } = await program.end('SIGTERM');
    expect(code).toBe(0);
    expect(ms).toBeLessThan(ENDS_WITHIN_MS);
  });

  test.each(NAMES)('%s says it now and then, and never a secret', async (name) => {
    const program = await running(programs, name, { LOG_LEVEL: 'verbose' });
    await eventually(() => /ECONNREFUSED|not connected|is away/.test(program.output), { within: 30_000 });
    await program.end('SIGTERM');
    expect(program.output).not.toMatch(/open-sesame/);
    expect(program.output.split('\n').length).toBeLessThan(60);
  });
});

function running(
  programs: Programs,
  name: (typeof NAMES)[number],
  settings: Record<string, string> = {},
): Promise<Program> {
  const lonely = { ...settings, APP_NAME: '*', DOCKER_HOST: 'unix:///none.sock', HOST_ID: 'h' };
  if (name === 'api') return programs.api(settings).then(({ program }) => program);
  return name === 'worker' ? programs.worker(lonely) : programs.monitor();
}

describe('when broker and database come later', () => {
  let broker: Broker;
  let database: Database;
  let engine: OwnEngine;
  let programs: Programs;
  let api: Api;

  beforeAll(async () => {
    [broker, database, engine] = await Promise.all([Broker.start(), Database.start(), OwnEngine.create()]);
    await busyboxImage(rawEngine(engine), 'steady:1', [`CMD ${JSON.stringify(STEADY)}`]);
    await Promise.all([broker.stop(), database.stop()]);
    programs = await Programs.prepare({
      RABBIT_URL: broker.url(),
      MONGO_URL: database.url,
      REPORT_INTERVAL_SECONDS: '1',
    });
  });
  afterAll(async () => {
    await programs?.remove();
    await Promise.all([broker?.remove(), database?.remove(), engine?.remove()]);
  });

  test('all is well by itself: an app runs on the host', async () => {
    const [first] = await Promise.all([
      programs.api(),
      programs.monitor(),
      programs.worker({ APP_NAME: 'web', DOCKER_HOST: engine.host }),
    ]);
    api = first;
    await Promise.all([broker.start(), database.start()]);
    await eventually(async () => (await fetch(`${api.url}/health/ready`)).status === 200, { within: 30_000 });
    const client = programs.client(api.url);
    await eventually(async () => (await client.GET('/api/v3/hosts')).data?.items.length === 1, { within: 30_000 });
    const { data } = await client.POST('/api/v3/apps', {
      params: { query: { wait: 30 } },
      body: { name: 'web', image: 'steady:1', containersPer: { host: 2 } },
    });
    expect(data?.rollout).toMatchObject({ hosts: 1, converged: 1 });
    expect(await engine.docker.ps('label=nebula.app=web')).toHaveLength(2);
  });

  test('the database away for a while costs answers of 503, and nothing else', async () => {
    const client = programs.client(api.url);
    await database.stop();
    const patch = () =>
      client.PATCH('/api/v3/apps/{name}', {
        params: { path: { name: 'web' }, query: { wait: 30 } },
        body: { containersPer: { host: 1 } },
      });
    const { response } = await patch();
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await engine.docker.ps('label=nebula.app=web', 'status=running')).toHaveLength(2);
    await database.start();
    await eventually(async () => (await patch()).response.status === 202, { within: 30_000 });
    await eventually(async () => (await engine.docker.ps('label=nebula.app=web')).length === 1, { within: 30_000 });
  });
});
