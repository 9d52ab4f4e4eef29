import { randomBytes } from 'node:crypto';
import { Balancer } from '../services/balancer';
import { BrokerAdmin } from '../services/broker-admin';
import type { End } from './program';
import { type Api, Programs } from './programs';
import { eventually } from './support/eventually';

jest.setTimeout(180_000);
const ENDS_WITHIN_MS = 5000;
const CALLERS = 8;

const name = `balanced-${randomBytes(3).toString('hex')}`;
const admin = new BrokerAdmin(String(process.env.NEBULA_TEST_RABBIT_ADMIN));
let programs: Programs;
let apis: Api[];
let balancer: Balancer;

beforeAll(async () => {
  const broker = new URL(String(process.env.NEBULA_TEST_RABBIT));
  await admin.putVhost(name, broker.username);
  broker.pathname = `/${name}`;
  programs = await Programs.prepare({
    RABBIT_URL: broker.href,
    MONGO_URL: String(process.env.NEBULA_TEST_MONGO),
    SCHEMA_NAME: name,
    INSTALLATION: name,
    TRUSTED_PROXIES: '127.0.0.1',
  });
  apis = await Promise.all([programs.api(), programs.api()]);
  const servers = apis.map(({ address }, index) => ({ name: `api${index + 1}`, address }));
  balancer = await Balancer.start({ servers });
  await Promise.all(apis.map(({ url }) => eventually(async () => (await fetch(`${url}/health/ready`)).ok, LONG)));
  const { response } = await programs
    .client(balancer.url)
    .POST('/api/v3/apps', { body: { name: 'web', image: 'x:1' } });
  expect(response.status).toBe(201);
});
afterAll(async () => {
  await Promise.all([balancer?.remove(), programs?.remove()]);
  await admin.deleteVhost(name);
});

const LONG = { within: 60_000 };

/** Callers that ask one thing after another through the balancer, and what became of it. */
class Load {
  answered = 0;
  readonly failed: string[] = [];
  private ended = false;
  private readonly callers: Promise<void>[];

  constructor() {
    this.callers = Array.from({ length: CALLERS }, (_, index) => this.call(index));
  }

  async end(): Promise<void> {
    this.ended = true;
    await Promise.all(this.callers);
  }

  /** Resolves when this many more were answered. */
  async more(count: number): Promise<void> {
    const from = this.answered;
    await eventually(() => this.answered - from >= count, LONG);
  }

  private async call(index: number): Promise<void> {
    const { authorization } = programs;
    const change = { 'content-type': 'application/json', authorization };
    for (let count = 0; !this.ended; count++) {
      const body = JSON.stringify({ env: { COUNT: `${index}.${count}` } });
      const asked = index % 2 === 0 ? { headers: { authorization } } : { method: 'PATCH', headers: change, body };
      try {
        const answer = await fetch(`${balancer.url}/api/v3/apps/web`, {
          ...asked,
          signal: AbortSignal.timeout(30_000),
        });
        const text = await answer.text();
        // Two changes at once are one too many: that is said, and no failure.
        if (answer.ok || answer.status === 409 || answer.status === 412) this.answered++;
        else this.failed.push(`${answer.status} ${text}`);
      } catch (error) {
        this.failed.push(String((error as Error).cause ?? error));
      }
    }
  }
}

/** Ends one replica under load. */
async function endUnderLoad(signal: NodeJS.Signals): Promise<{ end: End; load: Load }> {
  const load = new Load();
  await load.more(50);
  const end = await apis[0]!.program.end(signal);
  await load.more(50);
  await load.end();
  return { end, load };
}

async function startAgain(): Promise<void> {
  const port = apis[0]!.address.split(':')[1]!;
  apis[0] = { ...(await programs.api({ API_PORT: port })), address: apis[0]!.address, url: apis[0]!.url };
  await eventually(async () => (await fetch(`${apis[0]!.url}/health/serving`)).ok, LONG);
}

test('a replica that is told to end under load fails no request', async () => {
  const { end, load } = await endUnderLoad('SIGTERM');
  expect(load.failed).toEqual([]);
  expect(end.code).toBe(0);
  expect(end.ms).toBeLessThan(ENDS_WITHIN_MS);
  await startAgain();
});

test('a replica that is killed under load fails no request beyond those under way', async () => {
  const { load } = await endUnderLoad('SIGKILL');
  expect(load.failed.length).toBeLessThanOrEqual(CALLERS);
  await startAgain();
});

/** A host that is known, and not silent yet: it is waited for. */
async function hostThatWentAway(): Promise<void> {
  await programs.monitor();
  const worker = await programs.worker({ APP_NAME: 'web', HOST_ID: 'gone', DOCKER_HOST: 'unix:///none.sock' });
  const client = programs.client(balancer.url);
  await eventually(async () => (await client.GET('/api/v3/hosts')).data?.items.length === 1, LONG);
  await worker.end('SIGKILL');
}

test('who waits at a replica that ends is answered with what is known', async () => {
  const [first] = apis;
  await hostThatWentAway();
  const waiting = programs.client(first!.url).PATCH('/api/v3/apps/{name}', {
    params: { path: { name: 'web' }, query: { wait: 60 } },
    body: { env: { LAST: 'yes' } },
  });
  await eventually(async () => {
    const { data } = await programs
      .client(first!.url)
      .GET('/api/v3/apps/{name}', { params: { path: { name: 'web' } } });
    return data?.env?.['LAST'] === 'yes';
  });
  const ended = first!.program.end('SIGTERM');
  const { response, data } = await waiting;
  expect(response.status).toBe(202);
  expect(data?.rollout).toMatchObject({ hosts: 1, converging: 1 });
  expect((await ended).ms).toBeLessThan(ENDS_WITHIN_MS);
  await startAgain();
});
