import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import type { Audience } from '../topics';
import { CONFIRM_MS } from './rabbit-options';
import { keysOf } from './routing';
import { EXCHANGE, ownQueue } from './topology';
import { within } from './within';

/** Messages in the host's queue while the host stands still. */
const MOST_QUEUED = 10_000;

export interface HostChannelOptions {
  /** undefined: nobody listens yet, and only answers are taken. */
  audience?: Audience;
  take(message: ConsumeMessage): void;
  onBroken(reason: unknown): void;
}

/** All that a host has at the broker: one channel, one queue. */
export class HostChannel {
  private queue = '';

  private constructor(
    private readonly channel: ConfirmChannel,
    /** Where answers to this host's questions go: nobody can guess it. */
    readonly replyTo: string,
    private readonly audience: Audience | undefined,
  ) {}

  static async open(connection: ChannelModel, options: HostChannelOptions): Promise<HostChannel> {
    const channel = await connection.createConfirmChannel();
    const opened = new HostChannel(channel, randomUUID(), options.audience);
    let broken = options.onBroken;
    const tell = (reason: unknown): void => {
      const first = broken;
      broken = () => undefined;
      first(reason);
    };
    channel.on('error', tell);
    channel.on('close', () => tell('the channel was closed'));
    opened.forget = () => void (broken = () => undefined);
    try {
      await opened.subscribe(options, tell);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Resolves at the broker's confirm. */
  send(exchange: string, key: string, content: Buffer, options: Options.Publish): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const all = { contentType: 'application/json', ...options };
    this.channel.publish(exchange, key, content, all, (error: unknown) => (error ? reject(error) : resolve()));
    return within(CONFIRM_MS, promise, () => new Error('not confirmed in time'));
  }

  /** Binds again what is bound already, unless the broker lost it. What is refused ends the channel, and is told as that. */
  async listenAgain(): Promise<void> {
    const { channel, queue } = this;
    const { consumerCount } = await channel.checkQueue(queue);
    // A channel that is closed is told of as any that broke: all of it is made anew.
    if (consumerCount === 0) return channel.close();
    await this.bind();
  }

  async close(): Promise<void> {
    this.forget();
    await this.channel.close().catch(() => undefined);
  }

  private forget = (): void => undefined;

  private async subscribe({ take }: HostChannelOptions, onBroken: (reason: unknown) => void): Promise<void> {
    const { channel } = this;
    // Whoever publishes to an exchange that is missing loses its channel.
    await Promise.all([EXCHANGE.reports, EXCHANGE.questions].map((exchange) => channel.checkExchange(exchange)));
    const { queue } = await channel.assertQueue('', ownQueue(MOST_QUEUED));
    this.queue = queue;
    await this.bind();
    const handle = (message: ConsumeMessage | null): void => {
      if (message) take(message);
      else onBroken(`the broker cancelled the subscription to ${queue}`);
    };
    await channel.consume(queue, handle, { noAck: true });
  }

  private async bind(): Promise<void> {
    const { channel, queue, audience, replyTo } = this;
    await channel.bindQueue(queue, EXCHANGE.answers, replyTo);
    if (audience) for (const key of keysOf(audience)) await channel.bindQueue(queue, EXCHANGE.desired, key);
  }
}
