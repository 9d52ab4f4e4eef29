import { type HostBus, seal } from '@nebula/bus';
import { RabbitControlBus, RabbitHostBus } from '@nebula/bus/rabbitmq';
import { readFile } from 'node:fs/promises';
import { appMessage, report } from '../../../libs/bus/src/bus-scene.contract';
import { Broker } from '../../services/broker';
import { eventually } from '../support/eventually';
import { logged } from './logged';
import { optionsOf, RabbitBench } from './rabbit-bench';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const MOST_BYTES = 64 * MIB;
const MOST_REPORTS = 30_000;
/** Of a broker that has much to do, and of a host's patience with an answer the most. */
const LATE_MS = 8_000;

/** As many at a time as a fleet would send. */
async function flood(hosts: HostBus[], reports: number, text: string, atATime: number): Promise<void> {
  const send = async (host: HostBus, share: number): Promise<void> => {
    const message = report('h');
    message.body.problems = [{ code: 'bad-messages', detail: text }];
    for (let sent = 0; sent < share; sent++) await host.report(message);
  };
  const lines = hosts.flatMap((host) => Array.from({ length: atATime }, () => host));
  await Promise.all(lines.map((host) => send(host, reports / lines.length)));
}

describe('the bus on a RabbitMQ of its own', () => {
  let broker: Broker;
  let log: ReturnType<typeof logged>;
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    broker = await Broker.start({ tls: { clientCertificates: true }, limits: { memoryBytes: 700 * MIB } });
  });
  afterAll(() => broker.remove());
  beforeEach(() => void (log = logged()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    log.end();
  });

  const keep = <T extends { close(): Promise<void> }>(end: T): T => {
    open.push(end);
    return end;
  };
  const isUp = (end: RabbitHostBus | RabbitControlBus) => eventually(() => end.state() === 'up', { within: 30_000 });

  it('must bound what nobody reads, and let changes go through meanwhile', async () => {
    const bench = keep(new RabbitBench(await broker.vhost('flood')));
    const control = await bench.control();
    const hosts = await Promise.all(Array.from({ length: 4 }, () => bench.host()));
    let flooding = true;
    const slowest = { ms: 0 };
    const publishing = (async () => {
      while (flooding) {
        const begun = performance.now();
        await control.publish('app', appMessage('web'));
        slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      }
    })();
    await flood(hosts, 4_000, 'x'.repeat(100_000), 5);
    await flood(hosts, MOST_REPORTS + 20_000, '', 50);
    flooding = false;
    await publishing;
    expect(control.state()).toBe('up');
    expect(slowest.ms).toBeLessThan(5_000);
    const queue = () =>
      broker.admin.request<{ messages: number; message_bytes: number }>('GET', '/queues/flood/nebula.queue.reports');
    await eventually(async () => (await queue()).messages === MOST_REPORTS, { within: 30_000 });
    expect((await queue()).message_bytes).toBeLessThanOrEqual(MOST_BYTES);
    const dead = await broker.admin.queues('flood');
    expect(dead.find(({ name }) => name === 'nebula.queue.dead-letters')?.messages).toBeLessThanOrEqual(1_000);
  });

  it('must bound by bytes what few large reports would fill', async () => {
    const bench = keep(new RabbitBench(await broker.vhost('large')));
    await bench.control();
    await flood([await bench.host()], 300, 'x'.repeat(MIB), 10);
    const queue = () => broker.admin.request<{ message_bytes?: number }>('GET', '/queues/large/nebula.queue.reports');
    await eventually(async () => ((await queue()).message_bytes ?? 0) > MOST_BYTES / 2, { within: 30_000 });
    expect((await queue()).message_bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('must try again with credentials that are refused, and log why, without the password', async () => {
    const vhost = 'credentials';
    const bench = keep(new RabbitBench(await broker.vhost(vhost)));
    await bench.control();
    const [user, password] = ['late', 'p@ss/wörd-of-late'];
    const host = keep(new RabbitHostBus(optionsOf(broker.url(vhost, { user, password }))).connect());
    const control = keep(
      new RabbitControlBus({ ...optionsOf(broker.url(vhost, { user, password })), program: 'monitor' }),
    );
    await eventually(() => (log.text().match(/ACCESS_REFUSED/g)?.length ?? 0) >= 3);
    await expect(host.report(report('h'))).rejects.toMatchObject({ code: 'bus-away' });
    expect(control.state()).toBe('away');
    await broker.user(user, password, vhost);
    await Promise.all([isUp(host), isUp(control)]);
    for (const secret of [password, encodeURIComponent(password)]) expect(log.text()).not.toContain(secret);
  });

  it('must go on to the next address where one is dead', async () => {
    const url = await broker.vhost('addresses');
    const dead = 'amqp://a:b@127.0.0.1:1/';
    await isUp(keep(new RabbitControlBus({ ...optionsOf(url, { urls: [dead, url, dead] }), program: 'api' })));
    await isUp(keep(new RabbitHostBus(optionsOf(url, { urls: [dead, url] })).connect()));
  });

  it('must notice a broker that stands still, and be there again when it goes on', async () => {
    const url = await broker.vhost('still');
    const control = keep(new RabbitControlBus({ ...optionsOf(url, { heartbeatSeconds: 1 }), program: 'api' }));
    await isUp(control);
    const host = keep(new RabbitHostBus(optionsOf(url, { heartbeatSeconds: 1 })).connect());
    await isUp(host);
    broker.freeze();
    try {
      await expect(control.publish('app', appMessage('web'))).rejects.toMatchObject({ code: 'bus-away' });
      await eventually(() => host.state() === 'away' && control.state() === 'away', { within: 30_000 });
    } finally {
      broker.thaw();
    }
    await Promise.all([isUp(host), isUp(control)]);
    await control.publish('status', seal('test', 'store', { apps: [] }));
  });

  it('must wait for a broker that is late, and send nothing twice', async () => {
    const url = await broker.vhost('late');
    const patient = optionsOf(url, { heartbeatSeconds: 60 });
    const control = keep(new RabbitControlBus({ ...patient, program: 'api' }));
    await isUp(control);
    const host = keep(new RabbitHostBus(patient).connect());
    await isUp(host);
    const reports: unknown[] = [];
    await control.subscribe('report', async ({ body }) => void reports.push(body));
    await control.answerSnapshots(async () => seal('test', 'store', { groups: [], apps: [] }));
    broker.freeze();
    const begun = performance.now();
    const late = Promise.all([
      control.publish('app', appMessage('web')),
      host.report(report('h')),
      host.snapshot(seal('test', 'store', { host: 'h', selection: { all: true, names: [] }, known: [] })),
    ]).then(() => performance.now() - begun);
    setTimeout(() => broker.thaw(), LATE_MS);
    expect(await late).toBeGreaterThan(LATE_MS);
    await eventually(() => reports.length === 1);
    expect([host.state(), control.state()]).toEqual(['up', 'up']);
  });

  it('must end soon, though the broker stands still', async () => {
    const url = await broker.vhost('ending');
    const control = new RabbitControlBus({ ...optionsOf(url), program: 'api' });
    await isUp(control);
    const host = new RabbitHostBus(optionsOf(url)).connect();
    await isUp(host);
    broker.freeze();
    const begun = performance.now();
    await Promise.all([control.close(), host.close()]).finally(() => broker.thaw());
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('must speak TLS where it is known by its certificate, and be refused without one', async () => {
    const files = broker.certificates!;
    const [ca, cert, key] = await Promise.all(
      [files.ca, files.clientCert, files.clientKey].map((file) => readFile(file, 'utf8')),
    );
    const plain = await broker.vhost('tls');
    const url = plain.replace('amqp:', 'amqps:').replace(`:${broker.port}`, `:${broker.tlsPort}`);
    const control = keep(new RabbitControlBus({ ...optionsOf(url, { tls: { ca, cert, key } }), program: 'api' }));
    await isUp(control);
    const host = keep(new RabbitHostBus(optionsOf(url, { tls: { ca, cert, key } })).connect());
    await isUp(host);
    await host.report(report('h'));
    const [stranger, believer] = [{ ca }, { cert, key }].map((tls) =>
      keep(new RabbitHostBus(optionsOf(url, { tls })).connect()),
    );
    await eventually(() => /certificate required|handshake|ECONNRESET|closed/i.test(log.text()));
    await eventually(() => /self.signed|unable to (get|verify)/i.test(log.text()));
    expect(stranger?.state()).toBe('away');
    expect(believer?.state()).toBe('away');
  });
});
