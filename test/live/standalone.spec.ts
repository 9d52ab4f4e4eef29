import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { idsOf, look, runs } from './look';
import { Nebula, removeAll } from './nebula';
import { DEAF, steadyImage } from './steady';
import { eventually } from './support/eventually';
import { command } from './support/network-link';

jest.setTimeout(120_000);
const ENDS_WITHIN_MS = 5000;
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('a start', () => {
  let nebula: Nebula;

  beforeAll(async () => void (nebula = await Nebula.start('start')));
  afterAll(() => removeAll(nebula));

  test('tells the address, the user and the password that open the API', async () => {
    const [, url] = /API and Swagger UI\s+(\S+)/.exec(nebula.output) ?? [];
    const [, user] = /User\s+(\S+)/.exec(nebula.output) ?? [];
    const [, password] = /Password\s+(\S+)/.exec(nebula.output) ?? [];
    const login = (secret: string) => ({ authorization: `Basic ${btoa(`${user}:${secret}`)}` });
    const apps = `${new URL(url ?? '').origin}/api/v3/apps`;
    expect((await fetch(String(url))).status).toBe(200);
    expect((await fetch(apps, { headers: login(String(password)) })).status).toBe(200);
    expect((await fetch(apps, { headers: login('another') })).status).toBe(401);
    expect((await fetch(`${new URL(url ?? '').origin}/health/ready`)).status).toBe(200);
  });

  test("makes a password that is its owner's only, and keeps it", async () => {
    const password = await nebula.password;
    expect(password.length).toBeGreaterThanOrEqual(16);
    expect(await modeOf(nebula.dataFolder)).toBe('700');
    expect(await modeOf(`${nebula.dataFolder}/password`)).toBe('600');
    await nebula.restart();
    expect(await nebula.password).toBe(password);
    expect(nebula.output).toContain(password);
    await nebula.apps.host();
  });

  test('takes what an earlier one compiled', async () => {
    const settings = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const telling = await Nebula.start('compiled', { settings });
    try {
      await telling.restart();
      expect(telling.output).toMatch(/standalone\.js was accepted/);
    } finally {
      await removeAll(telling);
    }
  });

  test('leaves nothing in its folder that others can read', async () => {
    const { stdout } = await command('find', [nebula.dataFolder, '-perm', '/077']);
    expect(stdout).toBe('');
  });
});

describe('an end', () => {
  let nebula: Nebula;

  beforeEach(async () => void (nebula = await Nebula.start('end')));
  afterEach(() => removeAll(nebula));

  test.each(['SIGTERM', 'SIGINT'] as const)('by %s is clean, and the containers run on', async (signal) => {
    const image = await steadyImage(nebula);
    await nebula.apps.create({ name: 'live-end', image, containersPer: { host: 2 } });
    const before = await look(nebula);
    const { code, ms } = await nebula.end(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(ENDS_WITHIN_MS);
    const after = await look(nebula);
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(after.every(runs)).toBe(true);
    expect(after.map(({ State }) => State.StartedAt)).toEqual(before.map(({ State }) => State.StartedAt));
  });

  test('does not wait for a container that takes its time to stop', async () => {
    const image = await steadyImage(nebula);
    await nebula.apps.create({ name: 'live-end', image, command: DEAF, stop: { graceSeconds: 60 } });
    await nebula.apps.accepted.delete('live-end');
    await eventually(async () => (await nebula.apps.status('live-end')).rollout.converging === 1);
    const { code, ms } = await nebula.term();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(ENDS_WITHIN_MS);
  });
});

describe('a start that cannot be', () => {
  let nebula: Nebula;

  beforeEach(async () => void (nebula = await Nebula.prepare('refused')));
  afterEach(() => removeAll(nebula));

  /** One clear message, for a person, and exit code 1. */
  async function refusal(settings: Record<string, string>): Promise<string> {
    const program = nebula.run(settings);
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.output.match(/Nebula can't start/g)).toHaveLength(1);
    expect(program.output.trim()).toMatch(/^Nebula can't start/);
    expect(program.output).not.toMatch(/\n\s+at /);
    return program.output;
  }

  test('says that the port is taken, and which setting changes it', async () => {
    const other = createServer();
    const port = await new Promise<number>((done) =>
      other.listen(0, '127.0.0.1', () => done((other.address() as { port: number }).port)),
    );
    try {
      const said = await refusal({ API_PORT: String(port) });
      expect(said).toContain(String(port));
      expect(said).toContain('API_PORT');
    } finally {
      other.close();
    }
  });

  test('names everything that is wrong in the conf file and the environment', async () => {
    await nebula.writeConf(JSON.stringify({ COLOUR: 'red', API_PORT: 70_000, BASIC_AUTH_PASSWORD: ['hunter2'] }));
    const said = await refusal({ REPORT_INTERVAL_SECONDS: 'soon', API_PORT: '' });
    for (const name of ['COLOUR', 'API_PORT', 'BASIC_AUTH_PASSWORD', 'REPORT_INTERVAL_SECONDS']) {
      expect(said).toContain(name);
    }
    expect(said).not.toContain('hunter2');
  });

  test('says which conf file is broken, and nothing of what is in it', async () => {
    await nebula.writeConf('{\n  "API_PORT": 8080,\n  "secret": hunter2\n}');
    const said = await refusal({});
    expect(said).toContain('nebula.conf.json is not JSON');
    expect(said).not.toContain('hunter2');
  });

  test('says that there is no Docker Engine', async () => {
    const said = await refusal({ DOCKER_HOST: `unix://${nebula.folder}/none.sock` });
    expect(said).toMatch(/Docker Engine can't be used: .*none\.sock/);
  });
});

test('neither logs nor the process list show a secret', async () => {
  const secrets = {
    BASIC_AUTH_PASSWORD: 'open-sesame-1',
    AUTH_TOKEN: 'open-sesame-token-2',
    registry: 'open-sesame-3',
  };
  const nebula = await Nebula.prepare('secrets');
  try {
    const registries = [{ host: '127.0.0.1:22999', user: 'live', password: secrets.registry }];
    const { BASIC_AUTH_PASSWORD, AUTH_TOKEN } = secrets;
    const settings = { BASIC_AUTH_PASSWORD, AUTH_TOKEN, REGISTRIES: JSON.stringify(registries), LOG_LEVEL: 'verbose' };
    const program = nebula.run(settings);
    const url = await eventually(() => /(http:\S+)\/docs/.exec(program.output)?.[1] ?? false);
    const post = (authorization: string) =>
      fetch(`${url}/api/v3/apps?wait=30`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'live-secrets', image: '127.0.0.1:22999/none:1' }),
      });
    expect((await post('Bearer open-sesame-token-x')).status).toBe(401);
    const answer = await post(`Bearer ${AUTH_TOKEN}`);
    expect(answer.status).toBe(201);
    const status = await fetch(`${url}/api/v3/apps/live-secrets/status`, {
      headers: { authorization: `Bearer ${AUTH_TOKEN}` },
    });
    const line = await readFile(`/proc/${program.pid}/cmdline`, 'utf8');
    await program.end('SIGTERM');
    const shown = [program.output, await answer.text(), await status.text(), line].join('\n');
    for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
    expect(shown).toContain('image-pull-failed');
  } finally {
    await removeAll(nebula);
  }
});
