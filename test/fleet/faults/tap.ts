import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import type { Broker } from '../../services/broker';
import { VHOST } from '../broker-access';

/** A message as it was published. */
export interface Recorded {
  exchange: string;
  key: string;
  content: Buffer;
  type?: string;
  correlationId?: string;
  replyTo?: string;
  headers: { [name: string]: unknown };
}

/** How many of the first and of the last are kept, of each exchange. */
const KEPT = 300;
/** Of what this publishes itself, which is not recorded. */
const OURS = 'x-published-by-faults';

/** Hears every message of the installation's vhost, and publishes what it likes there, with an administrator's rights. */
export class Tap {
  private readonly first = new Map<string, Recorded[]>();
  private readonly last = new Map<string, Recorded[]>();
  private connection?: ChannelModel;
  private channel?: ConfirmChannel;

  constructor(
    private readonly broker: Broker,
    private readonly url: string,
  ) {}

  /** Connects unless it is connected; what is published from now on is recorded. */
  async open(): Promise<void> {
    if (this.channel) return;
    await this.broker.admin.request('PUT', `/vhosts/${VHOST}`, { tracing: true });
    const connection = await connect(this.url, { noDelay: true });
    const forget = (): void => {
      this.connection = undefined;
      this.channel = undefined;
    };
    connection.on('error', () => undefined).on('close', forget);
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined).on('close', () => (this.channel = undefined));
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
    await channel.consume(queue, (message) => message && this.note(message), { noAck: true });
    this.connection = connection;
    this.channel = channel;
  }

  async close(): Promise<void> {
    await this.connection?.close().catch(() => undefined);
  }

  /** The earliest of this run on an exchange, oldest first. */
  oldest(exchange: string): readonly Recorded[] {
    return this.first.get(exchange) ?? [];
  }

  /** The latest on an exchange, oldest first. */
  latest(exchange: string): readonly Recorded[] {
    return this.last.get(exchange) ?? [];
  }

  /** As if these had never been published. */
  forget(isMeant: (message: Recorded) => boolean): void {
    for (const where of [this.first, this.last]) {
      for (const [exchange, list] of where)
        where.set(
          exchange,
          list.filter((message) => !isMeant(message)),
        );
    }
  }

  /** Publishes these in this order; the broker has them when this resolves. */
  async publish(messages: Iterable<Recorded>): Promise<number> {
    await this.open();
    const { channel } = this;
    if (!channel) throw new Error('the tap has no channel');
    let count = 0;
    for (const { exchange, key, content, headers, ...properties } of messages) {
      channel.publish(exchange, key, content, { ...properties, headers: { ...headers, [OURS]: '1' } });
      count += 1;
      if (count % 50 === 0) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
    return count;
  }

  private note({ content, properties }: ConsumeMessage): void {
    const { exchange_name: exchange, routing_keys: keys, properties: table } = properties.headers ?? {};
    const its = { ...(table as { [name: string]: unknown }) };
    const headers = { ...(its.headers as { [name: string]: unknown }) };
    if (OURS in headers || typeof exchange !== 'string') return;
    const message: Recorded = {
      exchange,
      key: String((keys as string[])[0]),
      content,
      type: textOf(its.type),
      correlationId: textOf(its.correlation_id),
      replyTo: textOf(its.reply_to),
      headers,
    };
    keep(this.first, message, false);
    keep(this.last, message, true);
  }
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

function keep(where: Map<string, Recorded[]>, message: Recorded, dropsOldest: boolean): void {
  const list = where.get(message.exchange) ?? [];
  where.set(message.exchange, list);
  if (list.length >= KEPT && !dropsOldest) return;
  list.push(message);
  if (list.length > KEPT) list.shift();
}
