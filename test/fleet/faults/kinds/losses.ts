import { BrokerLosses } from '../../../services/broker-losses';
import { VHOST } from '../../broker-access';
import { GROUP } from '../../fleet-options';
import type { Fault } from '../fault';
import type { Scene } from '../scene';

/** A host that hears nothing notices it after two digest intervals. */
const INTERVALS = 2;
const SECONDS = { deaf: 60, others: 14 };

/** Something that the broker loses while all connections stay; nothing has to be repaired. */
function loss(name: string, strike: (losses: BrokerLosses, scene: Scene) => Promise<void>, isDeaf = false): Fault {
  return {
    name: `lost-${name}`,
    seconds: isDeaf ? SECONDS.deaf : SECONDS.others,
    ...(isDeaf && { intervals: INTERVALS }),
    strike: (scene) => strike(new BrokerLosses(scene.fleet.broker, VHOST), scene),
  };
}

const DESIRED = 'nebula.desired';
const OTHERS = ['reports', 'questions', 'answers', 'status', 'dead-letters'];

const exchanges = [
  loss('exchange-desired', (losses) => losses.deleteExchange(DESIRED), true),
  ...[...OTHERS, 'store'].map((name) => loss(`exchange-${name}`, (losses) => losses.deleteExchange(`nebula.${name}`))),
];

const bindings = [
  loss('bindings-desired', (losses) => losses.loseBindings(DESIRED), true),
  loss('binding-all', (losses) => losses.removeBindings(DESIRED, 'all'), true),
  loss('binding-group', (losses) => losses.removeBindings(DESIRED, `group:${GROUP}`), true),
  ...OTHERS.map((name) => loss(`bindings-${name}`, (losses) => losses.loseBindings(`nebula.${name}`))),
];

const one = async (losses: BrokerLosses, { chance }: Scene, exchange: string): Promise<void> => {
  await losses.deleteQueue(chance.one(await losses.boundTo(exchange)));
};

const queues = [
  loss('queue-of-a-host', (losses, scene) => one(losses, scene, 'nebula.answers')),
  loss('queue-of-an-api', (losses, scene) => one(losses, scene, 'nebula.status')),
  ...['reports', 'questions', 'dead-letters'].map((name) =>
    loss(`queue-${name}`, (losses) => losses.deleteQueue(`nebula.queue.${name}`)),
  ),
];

const consumers = ['reports', 'questions'].map((name) =>
  loss(`consumers-${name}`, (losses) => losses.cancelConsumers(`nebula.queue.${name}`)),
);

export const lossFaults: readonly Fault[] = [...exchanges, ...bindings, ...queues, ...consumers];
