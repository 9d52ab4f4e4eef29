import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';

/** What a handler rejects with that can do nothing with a message which another consumer may: it goes back to the queue. */
export class ForAnother extends Error {}

export interface SubscriptionOptions {
  /** Gives the queue's name; declares it where it is this connection's own. */
  queue(channel: Channel): Promise<string>;
  /** Where it is this connection's own. */
  bind?(channel: Channel, queue: string): Promise<unknown>;
  /** Whether a binding that was lost is to be made again; default: yes. */
  isToBindAgain?(): boolean;
  /** Messages that are handled at the same time. */
  atOnce: number;
  /** Rejects for what is no good: that is not repeated, and goes to the dead letters where its queue has some. */
  handle(message: ConsumeMessage): Promise<void>;
  onError(error: unknown): void;
  /** The channel died, or the broker ended the subscription, as it does when the queue is deleted. */
  onBroken(reason: unknown): void;
}

/** Takes messages from one queue, on a channel of its own. */
export class Subscription {
  private channel?: Channel;
  private queue = '';
  private opening: Promise<void> = Promise.resolve();
  private ended = false;

  constructor(private readonly options: SubscriptionOptions) {}

  /** From its connection on; called again for another one, or when something broke. */
  open(connection: ChannelModel): Promise<void> {
    // One after the other: of two at once, one channel would be forgotten, open.
    const opened = this.opening.then(() => this.openNow(connection));
    this.opening = opened.catch(() => undefined);
    return opened;
  }

  /**
   * Whether the broker still has what was made there: it tells of a queue that was deleted, and of lost bindings and
   * consumers nobody. Binds again; never rejects: what is refused ends the channel, and is told as broken.
   */
  async lookAgain(): Promise<void> {
    await this.opening;
    const { channel, queue } = this;
    if (!channel) return;
    try {
      const { consumerCount } = await channel.checkQueue(queue);
      if (consumerCount === 0) this.broken(channel, `nobody takes from ${queue} any more`);
      else if (this.options.isToBindAgain?.() ?? true) await this.options.bind?.(channel, queue);
    } catch {
      // The channel has ended: that was told.
    }
  }

  /** What was not handled yet is another's. */
  async end(): Promise<void> {
    this.ended = true;
    await this.opening;
    await this.letGo();
  }

  private async openNow(connection: ChannelModel): Promise<void> {
    await this.letGo();
    if (this.ended) return;
    const channel = await connection.createChannel();
    this.channel = channel;
    channel.on('error', (error: unknown) => this.broken(channel, error));
    channel.on('close', () => this.broken(channel, 'the channel was closed'));
    await channel.prefetch(this.options.atOnce);
    const queue = await this.options.queue(channel);
    await this.options.bind?.(channel, queue);
    this.queue = queue;
    await channel.consume(queue, (message) => {
      if (message) void this.take(channel, message);
      else this.broken(channel, `the broker cancelled the subscription to ${queue}`);
    });
  }

  private async letGo(): Promise<void> {
    const { channel } = this;
    this.channel = undefined;
    // One that is closed already throws.
    await channel?.close().catch(() => undefined);
  }

  private broken(channel: Channel, reason: unknown): void {
    if (this.channel !== channel) return;
    this.options.onBroken(reason);
  }

  private async take(channel: Channel, message: ConsumeMessage): Promise<void> {
    const failure = await this.options.handle(message).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const isForAnother = failure?.error instanceof ForAnother;
    if (failure && !isForAnother) this.options.onError(failure.error);
    try {
      if (failure) channel.nack(message, false, isForAnother);
      else channel.ack(message);
    } catch {
      // The channel has ended meanwhile: the broker gives the message to another.
    }
  }
}
