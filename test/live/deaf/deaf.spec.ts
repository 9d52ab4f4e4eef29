import { mkdtemp, rm } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker } from '../../services/broker';
import { BrokerLosses } from '../../services/broker-losses';
import { eventually } from '../support/eventually';
import { Seeded } from '../seeded';
import { DIGEST_SECONDS, SmallFleet } from './small-fleet';

jest.setTimeout(120_000);

const VHOST = 'deaf';
const APPS = ['web', 'db'];
/** The promise: ten seconds and two intervals. */
const HEALED_WITHIN_MS = 10_000 + 2 * DIGEST_SECONDS * 1_000;
const seed = Number(process.env.NEBULA_DEAF_SEED || randomInt(1_000_000));
const chance = new Seeded(seed);
const isLong = Boolean(process.env.NEBULA_LONG);
const DRAWN = 4;
const HOST_KEYS = ['apps', 'app:db', 'group:edge'];

describe(`what the broker loses while connections stay (NEBULA_DEAF_SEED=${seed})`, () => {
  let broker: Broker;
  let losses: BrokerLosses;
  let fleet: SmallFleet;
  let folder: string;
  let step = 0;
  const took: string[] = [];

  beforeAll(async () => {
    broker = await Broker.start();
    const url = await broker.vhost(VHOST);
    losses = new BrokerLosses(broker, VHOST);
    folder = await mkdtemp(join(tmpdir(), 'nebula-deaf-'));
    const none = { all: false, names: [] };
    fleet = await SmallFleet.start(folder, url, [
      { all: true, names: [] },
      { ...none, group: 'edge' },
      { ...none, names: ['db'] },
    ]);
    for (const name of APPS) await fleet.client.POST('/api/v3/apps', { body: { name, image: 'web:1' } });
    await fleet.client.POST('/api/v3/device-groups', { body: { name: 'edge', apps: ['web'] } });
    await healed();
  });
  afterAll(async () => {
    await fleet.stop();
    await broker.remove();
    await rm(folder, { recursive: true });
    process.stdout.write(`healed within, ms:\n${took.map((line) => `  ${line}\n`).join('')}`);
  });

  const change = async (): Promise<void> => {
    step++;
    for (const name of APPS) {
      const body = { env: { STEP: String(step) } };
      await fleet.client.PATCH('/api/v3/apps/{name}', { params: { path: { name } }, body });
    }
  };

  /** What is not as it should be: on a host, or told. */
  async function objections(): Promise<string[]> {
    const envs = fleet.hosts.map((host) => host.machine.all().map(({ spec }) => spec.settings.env?.STEP ?? '0'));
    const late = envs.flatMap((all, host) => all.filter((env) => env !== String(step)).map(() => `host-${host + 1}`));
    const statuses = await Promise.all(
      APPS.map((name) => fleet.client.GET('/api/v3/apps/{name}/status', { params: { path: { name } } })),
    );
    const counts = statuses.flatMap(({ data }) => {
      const { hosts, converged } = data?.rollout ?? { hosts: 0, converged: -1 };
      return hosts === 2 && converged === 2 ? [] : [JSON.stringify(data?.rollout)];
    });
    const { data } = await fleet.client.GET('/api/v3/hosts', {});
    const problems = (data?.items ?? []).flatMap(({ id, problems: its }) => its.map(({ code }) => `${id}: ${code}`));
    return [...late, ...counts, ...problems];
  }

  const healed = (within = HEALED_WITHIN_MS): Promise<unknown> => {
    let found: string[] = [];
    return eventually(async () => (found = await objections()).length === 0, { within, every: 50 }).catch(() => {
      throw new Error(`not healed within ${within} ms: ${found.join(', ')}`);
    });
  };

  /** At rest or during changes, by chance: and a change afterwards tells whether everybody hears. */
  async function heals(what: string, strike: () => Promise<void>): Promise<void> {
    const during = chance.whole(2) === 1;
    if (during) await change();
    await strike();
    const since = performance.now();
    await change();
    await healed();
    took.push(`${what}, ${during ? 'during changes' : 'at rest'}: ${(performance.now() - since).toFixed(0)}`);
  }

  const each = (names: string): string[] => names.split(' ').map((name) => `nebula.${name}`);

  it.each(each('desired reports questions answers status store dead-letters'))('must heal: exchange %s', (name) =>
    heals(`exchange ${name}`, () => losses.deleteExchange(name)),
  );

  it.each(each('desired reports questions answers status dead-letters'))('must heal: all bindings of %s', (name) =>
    heals(`bindings of ${name}`, () => losses.loseBindings(name)),
  );

  it.each(each('reports questions dead-letters'))('must heal: the queue of %s', (name) =>
    heals(`queue of ${name}`, () => broker.admin.deleteQueue(VHOST, name.replace('nebula.', 'nebula.queue.'))),
  );

  const binding = (key: string): [string, () => Promise<void>] => [
    `the binding to nebula.desired by ${key}`,
    () => losses.removeBindings('nebula.desired', key),
  ];
  const ownQueue = (whose: string, which: () => Promise<string[]>): [string, () => Promise<void>] => [
    `the own queue of ${whose}`,
    async () => losses.deleteQueue(chance.one(await which())),
  ];
  const consumers = (name: string): [string, () => Promise<void>] => [
    `whoever takes from nebula.queue.${name}, cancelled by nobody`,
    () => losses.cancelConsumers(`nebula.queue.${name}`),
  ];
  /** By what only hosts hear; to answers they bind again when they need one. */
  const hostQueues = async (): Promise<string[]> => {
    const bound = await Promise.all(HOST_KEYS.map((key) => losses.boundTo('nebula.desired', key)));
    return [...new Set(bound.flat())];
  };
  /** What rabbitmqctl has to do takes seconds each: some of them in a short round. */
  const slow = [
    ...['all', ...HOST_KEYS].map(binding),
    ownQueue('a host', hostQueues),
    ownQueue('the api, of statuses', () => losses.boundTo('nebula.status')),
    ownQueue('the api, of what it says itself', async () => {
      const [all, hosts] = [await losses.boundTo('nebula.desired'), await hostQueues()];
      return all.filter((queue) => !hosts.includes(queue));
    }),
    ...['reports', 'questions'].map(consumers),
  ];
  const drawn = isLong ? slow : slow.toSorted(() => chance.upTo(1) - 0.5).slice(0, DRAWN);

  it.each(drawn)('must heal: %s', heals);

  it('must be told of: the api is not ready, the host is deaf, and its apps do not count as converged', async () => {
    await losses.loseBindings('nebula.desired');
    await eventually(async () => (await fleet.readiness()) === 503, { within: 20_000 });
    const isTold = async (): Promise<boolean> => {
      // Bound again, a host is deaf no longer than until the next digest.
      await losses.loseBindings('nebula.desired');
      const found = await objections();
      return found.some((what) => what.endsWith(': deaf')) && found.some((what) => what.includes('"converging"'));
    };
    await eventually(isTold, { within: 20_000, every: 200 });
    await healed();
    await eventually(async () => (await fleet.readiness()) === 200, { within: 20_000 });
  });
});
