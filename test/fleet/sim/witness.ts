import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';

/** Messages and their bytes, by what they are. */
export type Seen = Record<'app' | 'group' | 'digest' | 'status', { messages: number; bytes: number }>;

const none = (): Seen => ({
  app: { messages: 0, bytes: 0 },
  group: { messages: 0, bytes: 0 },
  digest: { messages: 0, bytes: 0 },
  status: { messages: 0, bytes: 0 },
});

/** Hears what is published to all: each publish once, whatever the number of hosts that get it. */
export class Witness {
  private seen = none();

  private connection?: ChannelModel;

  private constructor(private readonly keys: readonly string[]) {}

  /** @param keys of `nebula.desired`: those of everything that the api is going to tell */
  static async join(url: string, keys: readonly string[]): Promise<Witness> {
    const witness = new Witness(keys);
    await witness.rejoin(url);
    return witness;
  }

  /** After the broker was away. */
  async rejoin(url: string): Promise<void> {
    await this.leave();
    this.connection = await connect(url, { noDelay: true });
    this.connection.on('error', () => undefined);
    const channel = await this.connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, durable: false, autoDelete: true });
    for (const key of this.keys) await channel.bindQueue(queue, 'nebula.desired', key);
    await channel.bindQueue(queue, 'nebula.status', '');
    await channel.consume(queue, (message) => message && this.hear(message), { noAck: true });
  }

  /** Since the last time. */
  take(): Seen {
    const { seen } = this;
    this.seen = none();
    return seen;
  }

  async leave(): Promise<void> {
    await this.connection?.close().catch(() => undefined);
  }

  private hear({ properties, content }: ConsumeMessage): void {
    const kind = this.seen[properties.type as keyof Seen];
    if (!kind) return;
    kind.messages++;
    kind.bytes += content.length;
  }
}
