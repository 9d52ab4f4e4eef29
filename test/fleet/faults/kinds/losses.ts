import { eventually } from '../../../live/support/eventually';
import { BrokerLosses } from '../../../services/broker-losses';
import { VHOST } from '../../broker-access';
import { GROUP } from '../../fleet-options';
import { patienceMs } from '../checks';
import { type Fault, mustHold } from '../fault';
import type { Scene } from '../scene';

/** A host that hears nothing notices it after two digest intervals. */
const INTERVALS = 2;
const SECONDS = { deaf: 60, others: 14 };

interface Loss {
  strike(losses: BrokerLosses, scene: Scene): Promise<void>;
  /** Where it was lost, by name without `nebula.`: it has to be there again, with as much bound to it as before. */
  exchange?: string;
  /** By this key alone. */
  key?: string;
  isDeaf?: boolean;
}

/** Something that the broker loses while all connections stay; nothing has to be repaired. */
function loss(name: string, { strike, exchange, key, isDeaf = false }: Loss): Fault {
  const lossesOf = ({ fleet }: Scene): BrokerLosses => new BrokerLosses(fleet.broker, VHOST);
  const bound = async (scene: Scene): Promise<number> =>
    exchange === undefined ? 0 : (await lossesOf(scene).boundTo(full(exchange), key)).length;
  let before = 0;
  return {
    name: `lost-${name}`,
    seconds: isDeaf ? SECONDS.deaf : SECONDS.others,
    ...(isDeaf && { intervals: INTERVALS }),
    strike: async (scene) => {
      before = exchange !== undefined && BOUND_LATER.includes(exchange) ? 0 : await bound(scene);
      await strike(lossesOf(scene), scene);
    },
    check: async (scene) => {
      const isBack = async (): Promise<boolean> => (await bound(scene)) >= before;
      const missing = await eventually(isBack, { within: patienceMs(isDeaf ? INTERVALS : 0), every: 250 }).then(
        () => [],
        (error: unknown) => [String(error)],
      );
      mustHold(`what was lost of ${name} is there again`, missing);
    },
  };
}

/** Nobody hears the one; a host binds to the other again when its next question is not answered. */
const BOUND_LATER = ['store', 'answers'];
const full = (exchange: string): string => `nebula.${exchange}`;

const DESIRED = 'desired';
const OTHERS = ['reports', 'questions', 'answers', 'status', 'dead-letters'];

const exchanges = [DESIRED, ...OTHERS, 'store'].map((exchange) =>
  loss(`exchange-${exchange}`, {
    exchange,
    isDeaf: exchange === DESIRED,
    strike: (losses) => losses.deleteExchange(full(exchange)),
  }),
);

const bindings = [
  ...[DESIRED, ...OTHERS].map((exchange) =>
    loss(`bindings-${exchange}`, {
      exchange,
      isDeaf: exchange === DESIRED,
      strike: (losses) => losses.loseBindings(full(exchange)),
    }),
  ),
  ...['all', `group:${GROUP}`].map((key) =>
    loss(`binding-${key.split(':')[0]}`, {
      exchange: DESIRED,
      key,
      isDeaf: true,
      strike: (losses) => losses.removeBindings(full(DESIRED), key),
    }),
  ),
];

const one = async (losses: BrokerLosses, { chance }: Scene, exchange: string, key?: string): Promise<void> => {
  await losses.deleteQueue(chance.one(await losses.boundTo(full(exchange), key)));
};

const queues = [
  loss('queue-of-a-host', { strike: (losses, scene) => one(losses, scene, DESIRED, `group:${GROUP}`) }),
  loss('queue-of-an-api', { strike: (losses, scene) => one(losses, scene, 'status') }),
  ...['reports', 'questions', 'dead-letters'].map((name) =>
    loss(`queue-${name}`, { exchange: name, strike: (losses) => losses.deleteQueue(`nebula.queue.${name}`) }),
  ),
];

const consumers = ['reports', 'questions'].map((name) =>
  loss(`consumers-${name}`, { strike: (losses) => losses.cancelConsumers(`nebula.queue.${name}`) }),
);

export const lossFaults: readonly Fault[] = [...exchanges, ...bindings, ...queues, ...consumers];
