import type { HostBus } from '@nebula/bus';
import { busBreaksContract } from '../../../libs/bus/src/bus-breaks.contract';
import type { BusUnderTest } from '../../../libs/bus/src/bus-scene.contract';
import { Broker } from '../../services/broker';
import { RabbitBench } from './rabbit-bench';

jest.setTimeout(120_000);

describe('the bus on a RabbitMQ that breaks', () => {
  let broker: Broker;
  let vhosts = 0;
  beforeAll(async () => void (broker = await Broker.start()));
  afterAll(() => broker.remove());

  async function open(): Promise<BusUnderTest> {
    const vhost = `site ${++vhosts}`;
    const bench = new RabbitBench(await broker.vhost(vhost));
    return {
      control: () => bench.control(),
      host: () => bench.host(),
      cut: (host: HostBus) => bench.cut(host),
      mend: (host: HostBus) => bench.mend(host),
      down: async () => {
        await broker.stop();
        await bench.allAre('away');
      },
      up: async ({ empty } = { empty: false }) => {
        if (empty) await broker.wipe();
        await broker.start();
        if (empty) await broker.vhost(vhost);
        await bench.allAre('up');
      },
      block: async () => void (await broker.ctl('set_vm_memory_high_watermark', 'absolute', '1')),
      unblock: async () => void (await broker.ctl('set_vm_memory_high_watermark', '0.4')),
      lose: (way) => broker.admin.loseBindings(vhost, `nebula.${way}`),
      close: () => bench.close(),
    };
  }

  busBreaksContract(open);
});
