import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import type { LoggerService } from '@nestjs/common';
import type { Channel, ChannelModel, Options } from 'amqplib';
import { textOf } from './away';
import { BackOff } from './back-off';
import { Link } from './link';
import { CONFIRM_MS, managerOptions, type RabbitOptions, secretsOf } from './rabbit-options';
import { within } from './within';

/** How long the broker may take to say good-bye, ms: a program ends soon, whatever the broker does. */
const CLOSING_MS = 1_000;

const silent: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** A connection of api or monitor, by golevelup. It says itself, in `Link`, what there is to say in logs. */
export class ControlConnection {
  readonly link: Link;
  private waiting: (() => void)[] = [];
  private readonly amqp: AmqpConnection;

  constructor(options: RabbitOptions, purpose: string, establish: (connection: ChannelModel) => Promise<void>) {
    const backOff = new BackOff(options.urls.length);
    this.amqp = new AmqpConnection({
      name: purpose,
      uri: options.urls,
      connectionManagerOptions: managerOptions(options, backOff, ` ${purpose}`),
      connectionInitOptions: { wait: false, skipConnectionFailedLogging: true, skipDisconnectFailedLogging: true },
      // Direct reply-to does not cross federated brokers, and a malformed answer to it ends the connection.
      enableDirectReplyTo: false,
      logger: silent,
    });
    // Resolves when the channel is asked for; the connection is there by then, as an object that tries.
    void this.amqp.init().catch(() => undefined);
    this.link = new Link(this.amqp.managedConnection, {
      name: purpose,
      secrets: secretsOf(options),
      backOff,
      establish,
    });
    this.link.onChange(() => {
      if (this.link.state !== 'up') return;
      for (const resolve of this.waiting.splice(0)) resolve();
    });
    void this.amqp.managedChannel.addSetup(async (channel: Channel) => {
      // The library makes no new channel for one that died: the connection goes with it.
      channel.on('error', (error: unknown) => this.link.drop(error));
    });
  }

  /** Resolves as soon as something can be sent, and after this time in any case. */
  async untilUp(ms: number): Promise<void> {
    if (this.link.state === 'up') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push(resolve);
    const timer = setTimeout(resolve, ms).unref();
    await promise;
    clearTimeout(timer);
    this.waiting = this.waiting.filter((other) => other !== resolve);
  }

  /** Resolves at the broker's confirm. */
  send(exchange: string, key: string, content: Buffer, options: Options.Publish): Promise<void> {
    return this.link.whileUp(async () => {
      const all = { contentType: 'application/json', ...options, timeout: CONFIRM_MS };
      await this.amqp.publish(exchange, key, content, all);
    });
  }

  async close(): Promise<void> {
    this.link.close();
    const late = () => new Error('late');
    await within(CLOSING_MS, this.amqp.managedConnection.close(), late).catch((error: unknown) => textOf(error));
  }
}
