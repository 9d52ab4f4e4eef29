import type { HostBus } from '@nebula/bus';
import { busContract } from '../../../libs/bus/src/bus.contract';
import { busWaysContract } from '../../../libs/bus/src/bus-ways.contract';
import type { BusUnderTest } from '../../../libs/bus/src/bus-scene.contract';
import { OwnVhost, RabbitBench } from './rabbit-bench';

jest.setTimeout(45_000);

/** What needs the broker to go away is in bus-breaks.spec.ts: this one is shared. */
const never = async (): Promise<never> => {
  throw new Error('not on a shared broker');
};

async function open(): Promise<BusUnderTest> {
  const vhost = await OwnVhost.open();
  const bench = new RabbitBench(vhost.url);
  return {
    control: () => bench.control(),
    host: () => bench.host(),
    cut: (host: HostBus) => bench.cut(host),
    mend: (host: HostBus) => bench.mend(host),
    down: never,
    up: never,
    block: never,
    unblock: never,
    lose: (way) => vhost.loseBindings(`nebula.${way}`),
    close: async () => {
      await bench.close();
      await vhost.close();
    },
  };
}

describe('the bus on RabbitMQ', () => {
  busContract(open);
  busWaysContract(open);
});
