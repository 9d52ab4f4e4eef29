import type { Channel, ChannelModel, Options } from 'amqplib';

/** Plain exchanges of whole names, so that federation can carry each of them. Queues have names that no exchange has. */
export const EXCHANGE = {
  /** api → hosts; the keys are those of `routing.ts`. */
  desired: 'nebula.desired',
  /** hosts → monitor. */
  reports: 'nebula.reports',
  /** hosts → any api. */
  questions: 'nebula.questions',
  /** api → the host that asked, by a token of its connection. */
  answers: 'nebula.answers',
  /** monitor → every api. */
  status: 'nebula.status',
  /** Whose broker it is: see `Claims`. */
  store: 'nebula.store',
  deadLetters: 'nebula.dead-letters',
} as const;

export const QUEUE = {
  reports: 'nebula.queue.reports',
  questions: 'nebula.queue.questions',
  deadLetters: 'nebula.queue.dead-letters',
} as const;

/** The one key that reaches a shared queue: what somebody binds to its exchange by other keys reaches nobody. */
export const KEY = { report: 'report', snapshot: 'snapshot' } as const;

const MIB = 1024 * 1024;
const SECOND = 1_000;
const DAY = 24 * 3600 * SECOND;

type Bounds = {
  'x-max-length': number;
  'x-max-length-bytes': number;
  'x-overflow': 'drop-head';
  'x-message-ttl'?: number;
};

function bounds(length: number, mebibytes: number, ageMs?: number): Bounds {
  return {
    'x-max-length': length,
    'x-max-length-bytes': mebibytes * MIB,
    // What overflows is the oldest: newer reports say more.
    'x-overflow': 'drop-head',
    ...(ageMs !== undefined && { 'x-message-ttl': ageMs }),
  };
}

export type QueueType = 'classic' | 'quorum';

/** The queues that several share: what is declared once has to be declared the same for ever. */
export function sharedQueues(type: QueueType): Record<keyof typeof QUEUE, object> {
  const own = type === 'quorum' ? { 'x-queue-type': 'quorum' } : {};
  return {
    // 100,000 small ones took 700 MiB of a broker's memory, 30,000 take 120.
    reports: { ...own, ...bounds(30_000, 64, 600 * SECOND), 'x-dead-letter-exchange': EXCHANGE.deadLetters },
    questions: { ...own, ...bounds(30_000, 64, 30 * SECOND) },
    deadLetters: { ...own, ...bounds(1_000, 16, DAY) },
  };
}

/** A queue of one connection, that goes with it. Filled only while who reads it stands still. */
export function ownQueue(length: number): Options.AssertQueue {
  return { exclusive: true, autoDelete: true, durable: false, arguments: bounds(length, 64) };
}

export const TYPE_OF: Record<Exclude<keyof typeof EXCHANGE, 'store'>, 'direct' | 'fanout'> = {
  desired: 'direct',
  reports: 'direct',
  questions: 'direct',
  answers: 'direct',
  status: 'fanout',
  deadLetters: 'fanout',
};

const PRECONDITION_FAILED = 406;

/**
 * Declares what several programs share: the api alone does. Harmless where it is there already.
 *
 * @param onOther told of a queue that is there with other settings, which would have to be deleted to change them
 */
export async function declareShared(
  connection: ChannelModel,
  type: QueueType,
  onOther: (reason: unknown) => void,
): Promise<void> {
  await onChannel(connection, async (channel) => {
    for (const [key, kind] of Object.entries(TYPE_OF)) {
      await channel.assertExchange(EXCHANGE[key as keyof typeof TYPE_OF], kind, { durable: true });
    }
  });
  const queues = sharedQueues(type);
  for (const key of Object.keys(QUEUE) as (keyof typeof QUEUE)[]) {
    const declare = (channel: Channel) => channel.assertQueue(QUEUE[key], { durable: true, arguments: queues[key] });
    await onChannel(connection, declare).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== PRECONDITION_FAILED) throw error;
      onOther(error);
    });
  }
  await onChannel(connection, async (channel) => {
    await channel.bindQueue(QUEUE.reports, EXCHANGE.reports, KEY.report);
    await channel.bindQueue(QUEUE.questions, EXCHANGE.questions, KEY.snapshot);
    await channel.bindQueue(QUEUE.deadLetters, EXCHANGE.deadLetters, '');
  });
}

/** On a channel of its own: a refusal ends it. */
export async function onChannel(connection: ChannelModel, use: (channel: Channel) => Promise<unknown>): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  await use(channel);
  await channel.close();
}
