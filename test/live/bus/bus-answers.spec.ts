import { seal } from '@nebula/bus';
import { type RabbitControlBus, RabbitHostBus } from '@nebula/bus/rabbitmq';
import { DomainError, type Envelope, type Snapshot } from '@nebula/domain';
import { eventually } from '../support/eventually';
import { optionsOf, OwnVhost, RabbitBench } from './rabbit-bench';

jest.setTimeout(60_000);

const SNAPSHOT: Envelope<Snapshot> = seal('n', 's', { groups: [], apps: [] });
const QUESTION = seal('n', 's', { host: 'h', selection: { all: true, names: [] }, known: [] });

describe('an answer to a host, on RabbitMQ', () => {
  let vhost: OwnVhost;
  let bench: RabbitBench;
  let control: RabbitControlBus;
  let host: RabbitHostBus;

  beforeEach(async () => {
    vhost = await OwnVhost.open();
    bench = new RabbitBench(vhost.url);
    control = await bench.control();
    // As patient as a host is: it asks once.
    host = new RabbitHostBus(optionsOf(vhost.url)).connect();
    await eventually(() => host.state() === 'up', { every: 5 });
  });
  afterEach(async () => {
    await Promise.all([bench.close(), host.close()]);
    await vhost.close();
  });

  const nameOfConnection = (purpose: string): Promise<string> =>
    eventually(
      async () => {
        const all = await vhost.admin.connections(vhost.name);
        const found = all.find(({ client_properties: client }) => client.connection_name?.endsWith(purpose));
        return found?.name ?? false;
      },
      { within: 20_000 },
    ) as Promise<string>;

  it('must wait for the connection that it goes by, when the question came by the other one', async () => {
    const asked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await control.answerSnapshots(async () => {
      asked.resolve();
      await goOn.promise;
      return SNAPSHOT;
    });
    const sending = await nameOfConnection(' sending');
    const answer = host.snapshot(QUESTION);
    await asked.promise;
    await vhost.admin.closeConnection(sending);
    await eventually(() => control.state() === 'away', { every: 1 });
    goOn.resolve();
    await expect(answer).resolves.toEqual(SNAPSHOT);
  });

  it('must come from a replica that can give it, however often another one that cannot is asked first', async () => {
    const other = await bench.control();
    let refused = 0;
    await other.answerSnapshots(async () => {
      refused += 1;
      throw new DomainError('unavailable', 'other-store', 'Another store is followed.');
    });
    const first = host.snapshot(QUESTION);
    await eventually(() => refused > 1, { every: 5 });
    await control.answerSnapshots(async () => SNAPSHOT);
    await expect(first).resolves.toEqual(SNAPSHOT);
    const more = Array.from({ length: 20 }, () => host.snapshot(QUESTION));
    expect(await Promise.all(more)).toEqual(more.map(() => SNAPSHOT));
  });
});
