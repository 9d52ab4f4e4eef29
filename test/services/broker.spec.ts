import { connect, type ChannelModel } from 'amqplib';
import { readFile } from 'node:fs/promises';
import { eventually } from '../live/support/eventually';
import { Broker } from './broker';
import { answers } from './ports';

const queue = 'kept';

async function withConnection<T>(url: string, use: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const put = (url: string, text: string) =>
  withConnection(url, async (connection) => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true });
    channel.sendToQueue(queue, Buffer.from(text), { persistent: true });
    await channel.waitForConfirms();
  });

const take = (url: string) =>
  withConnection(url, async (connection) => {
    const channel = await connection.createChannel();
    const message = await channel.get(queue, { noAck: true });
    return message ? message.content.toString() : undefined;
  });

describe('a broker of the test’s own', () => {
  let broker: Broker;

  beforeAll(async () => (broker = await Broker.start({ tls: { clientCertificates: true } })), 120_000);
  afterAll(() => broker.remove());

  test('keeps what is durable through a stop and through kill -9', async () => {
    const url = await broker.vhost('site one');
    await put(url, 'through a stop');
    await broker.stop();
    await expect(take(url)).rejects.toThrow();
    await broker.start();
    await expect(take(url)).resolves.toBe('through a stop');

    await put(url, 'through a kill');
    await broker.kill();
    await expect(take(url)).rejects.toThrow();
    await broker.start();
    await expect(take(url)).resolves.toBe('through a kill');
  }, 120_000);

  test('lets a user do no more than what was permitted', async () => {
    await broker.vhost('guarded');
    const url = await broker.user('reader', 'p@ss/word', 'guarded', { configure: '^$', write: '^$', read: '.*' });
    await expect(put(url, 'forbidden')).rejects.toThrow('403');
    await expect(broker.user('other', 'x', 'nowhere')).rejects.toThrow('/permissions/nowhere/other');
  });

  test('answers nobody while it is frozen, and goes on afterwards', async () => {
    const greeting = () => answers('127.0.0.1', broker.port, 'AMQP\0\0\x09\x01', 'RabbitMQ');
    await expect(greeting()).resolves.toBe(true);
    broker.freeze();
    await expect(greeting()).resolves.toBe(false);
    broker.thaw();
    await eventually(greeting);
  });

  test('speaks TLS to clients that its authority vouches for, and to no others', async () => {
    const { ca, clientCert, clientKey } = broker.certificates!;
    const url = broker.url().replace('amqp:', 'amqps:').replace(`:${broker.port}`, `:${broker.tlsPort}`);
    const trusted = { ca: [await readFile(ca)] };
    const known = { ...trusted, cert: await readFile(clientCert), key: await readFile(clientKey) };
    await (await connect(url, known)).close();
    await expect(connect(url, trusted)).rejects.toThrow();
    await expect(connect(url)).rejects.toThrow();
  });

  test('takes the commands of rabbitmqctl', async () => {
    await expect(broker.ctl('list_vhosts', '--silent')).resolves.toContain('/');
  }, 30_000);

  test('has lost everything after a wipe', async () => {
    await broker.vhost('lost');
    await broker.wipe();
    await broker.start();
    const vhosts = await broker.admin.request<{ name: string }[]>('GET', '/vhosts');
    expect(vhosts.map(({ name }) => name)).toEqual(['/']);
  }, 120_000);
});

test('nothing of a broker stays after it was removed', async () => {
  const broker = await Broker.start({ manyConnections: true, limits: { memoryBytes: 200_000_000 } });
  const pid = broker.pid;
  await broker.remove();
  await broker.remove();
  await expect(readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).resolves.toBe('');
  await expect(answers('127.0.0.1', broker.port, '')).resolves.toBe(false);
}, 120_000);
