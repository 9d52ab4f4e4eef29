import { DomainError } from '@nebula/domain';
import type { Channel, ChannelModel } from 'amqplib';
import type { Claim } from '../control-bus';
import { textOf } from './away';
import { EXCHANGE, onChannel } from './topology';

const PRECONDITION_FAILED = 406;
const ATTEMPTS = 10;
/** Begins with the names of our exchanges, so that a right to those is one to this. */
const PREFIX = 'nebula.store.';
/** Held by nobody: what is refused for it names the holder in few letters, since a refusal has room for 255. */
const NOBODY = '-';

/**
 * Whose broker it is, kept by the broker itself: an exchange that nobody uses, whose argument says it. To declare an
 * exchange with other arguments than it has is refused, and the refusal says which it has: a compare-and-set.
 */
export class Claims {
  constructor(private readonly connection: () => ChannelModel | undefined) {}

  async claim(identity: string): Promise<Claim> {
    const holder = await this.declare(identity);
    return holder === identity ? { held: true } : { held: false, holder };
  }

  async takeOver(identity: string): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if ((await this.declare(identity)) === identity) return;
      await this.withChannel((channel) => channel.deleteExchange(EXCHANGE.store));
    }
    throw new DomainError('unavailable', 'bus-away', 'Others take the message broker over at the same time.');
  }

  /** @returns who holds it after that */
  private async declare(identity: string): Promise<string> {
    const refusal = await this.tryToDeclare(identity);
    if (refusal === undefined) return identity;
    return holderIn(refusal) ?? holderIn((await this.tryToDeclare(NOBODY)) ?? '') ?? '';
  }

  /** @returns the broker's refusal; undefined when there is none */
  private async tryToDeclare(identity: string): Promise<string | undefined> {
    const alternateExchange = PREFIX + identity;
    try {
      const declare = (channel: Channel) =>
        channel.assertExchange(EXCHANGE.store, 'fanout', { durable: true, alternateExchange });
      await this.withChannel(declare);
      return undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code !== PRECONDITION_FAILED) throw error;
      return textOf(error);
    }
  }

  private async withChannel(use: (channel: Channel) => Promise<unknown>): Promise<void> {
    const connection = this.connection();
    if (!connection) throw new Error('not connected');
    await onChannel(connection, use);
  }
}

function holderIn(refusal: string): string | undefined {
  return /but current is '(.*)'/.exec(refusal)?.[1]?.slice(PREFIX.length);
}
