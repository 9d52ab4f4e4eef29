import { randomBytes } from 'node:crypto';
import { VHOST } from '../../broker-access';
import type { Fault } from '../fault';
import type { Scene } from '../scene';
import type { Recorded } from '../tap';

const DESIRED = 'nebula.desired';
const TALKS = [DESIRED, 'nebula.reports', 'nebula.answers', 'nebula.status', 'nebula.questions'];
const MANY = 60;

/** A fault that publishes messages with an administrator's rights; nothing has to be repaired. */
function publishing(name: string, messages: (scene: Scene) => Promise<Iterable<Recorded>> | Iterable<Recorded>): Fault {
  return {
    name,
    seconds: 4,
    prepare: makeHistory,
    async strike(scene) {
      const count = await scene.tap.publish(await messages(scene));
      scene.say(`  published: ${count}`);
      if (count === 0) throw new Error('there was nothing to publish: the fault did not happen');
    },
  };
}

/** What is to be said again has to have been said: also of an app that is deleted since. */
async function makeHistory({ client, record, tap, chance }: Scene): Promise<void> {
  await tap.open();
  await client.change('web', { env: { STEP: `history ${chance.whole(1_000_000)}` } });
  const image = String(record.app('web')?.image);
  if (!record.app('again')) await client.create({ name: 'again', image, env: { LIFE: 'to be deleted' } });
  await client.remove('again');
}

const latest = ({ tap }: Scene, exchange: string): Recorded[] => tap.latest(exchange).slice(-MANY);
const everywhere = (scene: Scene): Recorded[] => TALKS.flatMap((exchange) => latest(scene, exchange));

function shuffled<T>(list: readonly T[], { chance }: Scene): T[] {
  return list
    .map((item) => ({ item, at: chance.upTo(1) }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

const doubled = publishing('messages-doubled', (scene) => everywhere(scene).flatMap((message) => [message, message]));
const reordered = publishing('messages-reordered', (scene) => shuffled(everywhere(scene), scene));
const delayed = publishing('messages-delayed', (scene) => [...latest(scene, DESIRED)].reverse());
const replayed = publishing('messages-replayed', ({ tap }) => TALKS.flatMap((exchange) => tap.oldest(exchange)));
const halved = publishing('messages-halved', (scene) =>
  everywhere(scene).map((message) => ({
    ...message,
    content: message.content.subarray(0, message.content.length / 2),
  })),
);

const LARGE = 10_000_000;
const SMALL = 10_000;
const MANY_SMALL = 100;

/** 10 MB as one message, and a hundred small ones, to every exchange by each key that was seen there, and to every queue. */
const noise = publishing('noise', async (scene) => {
  const { admin } = scene.fleet.broker;
  const exchanges = await admin.request<{ name: string }[]>('GET', `/exchanges/${VHOST}`);
  const queues = await admin.queues(VHOST);
  const ways = exchanges
    .filter(({ name }) => name.startsWith('nebula.'))
    .flatMap(({ name }) => waysInto(name, scene))
    .concat(queues.map(({ name }) => ({ exchange: '', key: name })));
  return noiseFor(ways);
});

function waysInto(exchange: string, { tap }: Scene): Pick<Recorded, 'exchange' | 'key' | 'type'>[] {
  const seen = new Map(tap.latest(exchange).map(({ key, type }) => [`${key} ${type}`, { exchange, key, type }]));
  return seen.size > 0 ? [...seen.values()].slice(0, 4) : [{ exchange, key: '' }];
}

function* noiseFor(ways: readonly Pick<Recorded, 'exchange' | 'key' | 'type'>[]): Generator<Recorded> {
  const large = randomBytes(LARGE);
  for (const way of ways) {
    yield { ...way, content: large, headers: {} };
    for (let number = 0; number < MANY_SMALL; number += 1) {
      yield { ...way, content: large.subarray(number, number + SMALL), headers: {} };
    }
  }
}

export const messageFaults: readonly Fault[] = [
  doubled,
  reordered,
  delayed,
  replayed,
  halved,
  { ...noise, seconds: 12 },
];
