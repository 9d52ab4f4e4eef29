import { Refusal, seal } from '@nebula/bus';
import type { AppGeneration, Envelope } from '@nebula/domain';
import { connect } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { answer, appMessage, question, report } from '../../../libs/bus/src/bus-scene.contract';
import { eventually } from '../support/eventually';
import { logged } from './logged';
import { OwnVhost, RabbitBench } from './rabbit-bench';

jest.setTimeout(60_000);

const EXCHANGES = ['desired', 'reports', 'questions', 'answers', 'status', 'store', 'dead-letters'].map(
  (name) => `nebula.${name}`,
);
const KEYS = ['all', 'apps', 'app:web', 'report', 'snapshot', ''];
const TYPES = ['app', 'group', 'digest', 'report', 'status', undefined];
const NOISE = [
  randomBytes(10_000_000),
  Buffer.from('{"v":1,"installation":"test","sto'),
  Buffer.from('[[[['),
  Buffer.alloc(0),
];

describe('the bus on RabbitMQ, among strangers', () => {
  let vhost: OwnVhost;
  let bench: RabbitBench;
  let log: ReturnType<typeof logged>;
  beforeEach(async () => {
    log = logged();
    vhost = await OwnVhost.open();
    bench = new RabbitBench(vhost.url);
  });
  afterEach(async () => {
    await bench.close();
    await vhost.close();
    log.end();
  });

  /** Says this, by a connection of its own. */
  async function say(
    use: (publish: (exchange: string, key: string, content: Buffer, options?: object) => void) => Promise<void>,
  ) {
    const connection = await connect(vhost.url);
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    await use((exchange, key, content, options) => void channel.publish(exchange, key, content, options));
    await channel.waitForConfirms();
    await connection.close();
  }

  it('must live on and work, whatever noise is on every exchange and queue', async () => {
    const [control, host] = [await bench.control(), await bench.host()];
    const [reports, statuses, inbox]: unknown[][] = [[], [], []];
    await control.subscribe('report', async (message) => void reports?.push(message));
    await control.subscribe('status', async (message) => void statuses?.push(message));
    await control.answerSnapshots(async (message) => {
      if ((message as unknown) instanceof Refusal) throw new Error('unreadable');
      return answer;
    });
    const strategy = host.inbox({ all: true, names: ['web'] });
    for (const topic of ['app', 'group', 'digest']) {
      strategy.addHandler(topic, async (message: unknown) => void inbox?.push(message), true);
    }
    strategy.listen(() => undefined);
    let told = 0;
    host.onConnected(() => told++);
    await eventually(() => told === 1);
    await control.claim('store');
    const queues = (await vhost.admin.queues(vhost.name)).map(({ name }) => name);
    // Three that are shared, and one each for statuses, for the api's own echo, and of the host.
    expect(queues.length).toBe(6);

    await say(async (publish) => {
      for (const content of NOISE) {
        for (const exchange of EXCHANGES) {
          // Ten megabytes once to each, the short ones in every disguise.
          const disguises =
            content.length > 1_000 ? [['app:web', 'app']] : KEYS.flatMap((key) => TYPES.map((type) => [key, type]));
          for (const [key = '', type] of disguises) publish(exchange, key, content, { type });
        }
        for (const queue of queues) publish('', queue, content, { type: 'app', replyTo: 'x', correlationId: 'y' });
      }
    });

    await control.publish('status', seal('test', 'store', { apps: ['last'] }));
    await control.publish('app', appMessage('last'));
    await host.report(report('last'));
    await eventually(() => (reports?.at(-1) as { body?: { host: string } })?.body?.host === 'last', { within: 30_000 });
    await eventually(() => (statuses?.at(-1) as { body?: { apps: string[] } })?.body?.apps[0] === 'last');
    await eventually(() => (inbox?.at(-1) as Envelope<{ app: AppGeneration }>)?.body?.app.name === 'last');
    await expect(host.snapshot(question)).resolves.toEqual(answer);
    for (const messages of [reports, statuses, inbox]) {
      expect(messages?.slice(0, -1).every((message) => message instanceof Refusal)).toBe(true);
      expect(messages?.length).toBeGreaterThan(5);
    }
    expect(told).toBe(1);
  });

  it('must put a report that its handler threw at with the dead letters, once', async () => {
    const [control, host] = [await bench.control(), await bench.host()];
    let times = 0;
    await control.subscribe('report', async () => {
      times++;
      throw new Error('no');
    });
    await host.report(report('h'));
    const deadLetters = async () => {
      const queues = await vhost.admin.queues(vhost.name);
      return queues.find(({ name }) => name === 'nebula.queue.dead-letters')?.messages;
    };
    await eventually(async () => (await deadLetters()) === 1, { within: 20_000 });
    expect(times).toBe(1);
  });

  it('must take reports and questions again after their queues, or all exchanges, were deleted', async () => {
    const [control, host] = [await bench.control(), await bench.host()];
    const heard: number[] = [];
    await control.subscribe('report', async ({ body }) => void heard.push(body.count));
    await control.answerSnapshots(async () => answer);
    const path = (kind: string, name: string) =>
      `/${kind}/${encodeURIComponent(vhost.name)}/${encodeURIComponent(name)}`;
    let count = 0;
    const works = async () => {
      await host.report(report('h', ++count));
      await control.publish('app', appMessage('web'));
      await expect(host.snapshot(question)).resolves.toEqual(answer);
      return heard.includes(count);
    };
    await eventually(works);
    for (const name of ['reports', 'questions', 'dead-letters']) {
      await vhost.admin.request('DELETE', path('queues', `nebula.queue.${name}`));
    }
    await eventually(works, { within: 30_000 });
    for (const name of EXCHANGES.filter((each) => each !== 'nebula.store')) {
      await vhost.admin.request('DELETE', path('exchanges', name));
    }
    await eventually(works, { within: 30_000 });
  });

  it('must bring a snapshot that is too large for one message in parts', async () => {
    const [control, host] = [await bench.control(), await bench.host()];
    const env = { TEXT: randomBytes(5_000_000).toString('base64') };
    const { app } = appMessage('web').body;
    const large = seal('test', 'store', {
      groups: [],
      apps: [{ ...app, spec: { name: 'web', image: 'busybox', env } }],
    });
    await control.answerSnapshots(async () => large);
    expect(await host.snapshot(question)).toEqual(large);
  });

  it('must wait for its exchanges where nobody has made them yet, and say so once', async () => {
    const opened = bench.host();
    await eventually(() => log.text().includes("no exchange 'nebula."));
    await bench.control();
    await expect((await opened).report(report('h'))).resolves.toBeUndefined();
    expect(log.text().match(/not ready/g)).toHaveLength(1);
  });

  it('must leave a shared queue as it is that was made as one of another type', async () => {
    const first = await bench.control();
    const second = await bench.control({ queueType: 'quorum' });
    const heard: number[] = [];
    await second.subscribe('report', async ({ body }) => void heard.push(body.count));
    await (await bench.host()).report(report('h', 1));
    await eventually(() => heard.length === 1);
    expect(first.state()).toBe('up');
    expect(log.text()).toContain('Left as it is');
  });
});
