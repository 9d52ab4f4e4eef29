import type { ControlBus } from '@nebula/bus';
import { RabbitHostBus } from '@nebula/bus/rabbitmq';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answer, appMessage, question, report } from '../../../libs/bus/src/bus-scene.contract';
import { Broker } from '../../services/broker';
import { eventually } from '../support/eventually';
import { logged } from './logged';
import { optionsOf, RabbitBench } from './rabbit-bench';

jest.setTimeout(60_000);

interface Definitions {
  users: { name: string; password_hash?: string; password?: string }[];
}
const DOCKER = join(__dirname, '../../../docker/rabbitmq');
const ROLES = ['api', 'monitor', 'worker'] as const;
const DESIRED = ['nebula.desired', 'nebula.answers', 'nebula.status', 'nebula.store', 'nebula.dead-letters'];
const QUEUES = ['nebula.queue.reports', 'nebula.queue.questions', 'nebula.queue.dead-letters'];
const REFUSED = /ACCESS.REFUSED|RESOURCE.LOCKED/;

/** What the definitions that are shipped let each role do. */
describe('the rights at the broker', () => {
  let broker: Broker;
  let log: ReturnType<typeof logged>;
  let bench: RabbitBench;
  let api: ControlBus;
  let monitor: ControlBus;
  let hostile: ChannelModel;
  const passwords = Object.fromEntries(ROLES.map((role) => [role, `${randomUUID()} $&|"'\\%s`])) as Record<
    (typeof ROLES)[number],
    string
  >;
  const url = (role: (typeof ROLES)[number]) => broker.url('nebula', { user: role, password: passwords[role] });
  const shipped = async () => {
    return JSON.parse(await readFile(join(DOCKER, 'definitions.json'), 'utf8')) as Definitions;
  };

  /** What the broker's container would load. */
  async function started(): Promise<object> {
    const folder = await mkdtemp(join(tmpdir(), 'nebula-definitions-'));
    const files = { DEFINITIONS: join(folder, 'definitions.json'), CONF: join(folder, 'conf') };
    const given = Object.fromEntries(ROLES.map((role) => [`RABBIT_${role.toUpperCase()}_PASSWORD`, passwords[role]]));
    const env = { PATH: process.env.PATH, ...files, ...given };
    const { stdout } = await promisify(execFile)('sh', [join(DOCKER, 'start.sh'), 'env'], { env });
    for (const role of ROLES) expect(stdout).not.toContain(passwords[role]);
    const text = await readFile(files.DEFINITIONS, 'utf8');
    for (const role of ROLES) expect(text).not.toContain(passwords[role]);
    expect(await readFile(files.CONF, 'utf8')).toContain(files.DEFINITIONS);
    await rm(folder, { recursive: true });
    return JSON.parse(text) as object;
  }

  beforeAll(async () => {
    log = logged();
    broker = await Broker.start();
    await broker.admin.importDefinitions(await started());
    await broker.admin.putVhost('nebula', 'nebula');
    bench = new RabbitBench(url('worker'));
    monitor = await bench.control({ urls: [url('monitor')], program: 'monitor' });
    api = await bench.control({ urls: [url('api')] });
    await api.claim('store');
    hostile = await connect(url('worker'));
    hostile.on('error', () => undefined);
  });
  afterAll(async () => {
    await hostile.close();
    await bench.close();
    await broker.remove();
    log.end();
  });

  /** Resolves to what the broker says to it. */
  async function tried(attempt: (channel: Channel) => unknown): Promise<string> {
    const channel = await hostile.createConfirmChannel();
    const { promise, resolve } = Promise.withResolvers<string>();
    channel.on('error', (error: Error) => resolve(error.message));
    try {
      await attempt(channel);
      await channel.waitForConfirms();
      await channel.close();
      return 'was allowed';
    } catch (error) {
      return `${(error as Error).message} ${await Promise.race([promise, Promise.resolve('')])}`;
    }
  }
  const ownQueue = async (channel: Channel) => (await channel.assertQueue('', { exclusive: true })).queue;

  it('must let nobody in by the passwords that are shipped', async () => {
    for (const user of (await shipped()).users) {
      expect(user).toMatchObject({ password_hash: '' });
      expect(user).not.toHaveProperty('password');
    }
    for (const password of ['', 'worker', 'guest']) {
      await expect(connect(broker.url('nebula', { user: 'worker', password }))).rejects.toThrow('ACCESS');
    }
  });

  it('must let each program do its work, and find the shared queues as it would declare them', async () => {
    const host = await bench.host();
    const [reports, statuses]: string[][] = [[], []];
    const inbox: unknown[] = [];
    const leave = await monitor.subscribe('report', async ({ body }) => void reports?.push(body.host));
    await api.subscribe('status', async ({ body }) => void statuses?.push(...body.apps));
    await api.answerSnapshots(async () => answer);
    const strategy = host.inbox({ all: true, names: ['web'], group: 'edge' });
    strategy.addHandler('app', async (message: unknown) => void inbox.push(message), true);
    strategy.listen(() => undefined);
    let told = false;
    host.onConnected(() => (told = true));
    await eventually(() => told);
    await api.publish('app', appMessage('web'), { groups: ['edge'] });
    await monitor.publish('status', { v: 1, installation: 'test', store: 's', body: { apps: ['web'] } });
    await host.report(report('h'));
    await expect(host.snapshot(question)).resolves.toEqual(answer);
    await eventually(() => reports?.length === 1 && statuses?.length === 1 && inbox.length === 1);
    await leave();
    expect(log.text()).not.toContain('Left as it is');
  });

  it.each(DESIRED)('must not let a worker publish to %s', async (exchange) => {
    for (const key of ['all', 'apps', 'app:web', 'group:edge']) {
      const publish = (channel: Channel) => channel.publish(exchange, key, Buffer.from('{}'), { type: 'app' });
      await expect(tried(publish)).resolves.toMatch(REFUSED);
    }
  });

  it("must not let a worker reach another's inbox, nor a shared queue, through the default exchange", async () => {
    await bench.host();
    const found = async () => (await broker.admin.queues('nebula')).map(({ name }) => name);
    await eventually(async () => (await found()).some((name) => name.startsWith('amq.gen-')));
    for (const queue of await found()) {
      await expect(tried((channel) => channel.sendToQueue(queue, Buffer.from('{}')))).resolves.toMatch(REFUSED);
    }
  });

  it.each(QUEUES)('must not let a worker consume, read, purge, delete or bind %s', async (queue) => {
    const attempts: ((channel: Channel) => unknown)[] = [
      (channel) => channel.consume(queue, () => undefined),
      (channel) => channel.get(queue),
      (channel) => channel.purgeQueue(queue),
      (channel) => channel.deleteQueue(queue),
      (channel) => channel.bindQueue(queue, 'nebula.desired', 'apps'),
      (channel) => channel.unbindQueue(queue, queue.replace('.queue', ''), 'report'),
      (channel) => channel.assertQueue(queue.replace('nebula', 'nebula.other')),
    ];
    for (const attempt of attempts) await expect(tried(attempt)).resolves.toMatch(REFUSED);
  });

  it("must not let a worker touch another worker's queue", async () => {
    const host = await bench.host();
    host.inbox({ all: false, names: ['others'] }).listen(() => undefined);
    const bindings = () =>
      broker.admin.request<{ destination: string; routing_key: string }[]>('GET', '/bindings/nebula');
    const bound = async () => (await bindings()).find(({ routing_key: key }) => key === 'app:others');
    await eventually(async () => (await bound()) !== undefined);
    const { destination: queue } = (await bound())!;
    const attempts: ((channel: Channel) => unknown)[] = [
      (channel) => channel.consume(queue, () => undefined),
      (channel) => channel.get(queue),
      (channel) => channel.purgeQueue(queue),
      (channel) => channel.deleteQueue(queue),
      (channel) => channel.bindQueue(queue, 'nebula.desired', 'app:evil'),
      (channel) => channel.unbindQueue(queue, 'nebula.desired', 'app:others'),
    ];
    for (const attempt of attempts) await expect(tried(attempt)).resolves.toMatch(REFUSED);
  });

  it('must not let a worker declare or delete exchanges, nor listen where questions, reports and statuses go', async () => {
    for (const exchange of [...DESIRED, 'nebula.reports', 'nebula.questions', 'of-its-own']) {
      await expect(tried((channel) => channel.deleteExchange(exchange))).resolves.toMatch(REFUSED);
      await expect(tried((channel) => channel.assertExchange(exchange, 'topic'))).resolves.toMatch(REFUSED);
    }
    for (const exchange of ['nebula.reports', 'nebula.questions', 'nebula.status', 'nebula.dead-letters']) {
      const listen = async (channel: Channel) => channel.bindQueue(await ownQueue(channel), exchange, 'snapshot');
      await expect(tried(listen)).resolves.toMatch(REFUSED);
    }
    const answerWith = async (channel: Channel) => channel.publish('nebula.answers', 'token', Buffer.from('{}'));
    await expect(tried(answerWith)).resolves.toMatch(REFUSED);
  });

  it('must bring nothing to reports or questions by binding their exchanges, which the broker cannot forbid', async () => {
    for (const to of ['nebula.reports', 'nebula.questions']) {
      for (const from of ['nebula.desired', 'nebula.answers']) {
        for (const key of ['all', 'apps', 'app:web', 'report', 'snapshot']) {
          await tried((channel) => channel.bindExchange(to, from, key));
        }
      }
    }
    const heard: unknown[] = [];
    await api.subscribe('report', async (message) => void heard.push(message));
    await monitor.subscribe('report', async (message) => void heard.push(message));
    await api.publish('app', appMessage('web'), { groups: ['report', 'snapshot'] });
    const host = await bench.host();
    await host.report(report('last'));
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([report('last')]);
  });

  it('must not let a monitor publish desired state, nor answer questions, nor take a worker for one', async () => {
    const connection = await connect(url('monitor'));
    connection.on('error', () => undefined);
    for (const attempt of [
      (channel: Channel) => channel.consume('nebula.queue.questions', () => undefined),
      (channel: Channel) => channel.assertQueue('', { exclusive: true }),
      (channel: Channel) => channel.deleteQueue('nebula.queue.reports'),
    ]) {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await expect(attempt(channel)).rejects.toThrow(REFUSED);
    }
    await connection.close();
    const asMonitor = new RabbitHostBus(optionsOf(url('monitor'))).connect();
    await eventually(() => log.text().includes("for user 'monitor' refused") || log.text().includes('ACCESS_REFUSED'));
    expect(asMonitor.state()).toBe('away');
    await asMonitor.close();
  });
});
