import type { Envelope, HostReport, Snapshot, SnapshotRequest } from '@nebula/domain';
import { AmqpConnectionManagerClass } from 'amqp-connection-manager';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { BusState } from '../control-bus';
import { HostBus } from '../host-bus';
import type { Audience } from '../topics';
import { away } from './away';
import { HostChannel } from './host-channel';
import { Link } from './link';
import { BackOff } from './back-off';
import { OnceUp } from './once-up';
import { OpenQuestions } from './open-questions';
import { QuietWarnings } from './quiet-warnings';
import { managerOptions, type RabbitOptions, secretsOf } from './rabbit-options';
import { RabbitInbox, type Receive } from './rabbit-inbox';
import { EXCHANGE, KEY } from './topology';
import { encode } from './wire';
import { within } from './within';

/** How long a host waits for its snapshot, ms. Nobody works on questions that are older. */
const PATIENCE_MS = 10_000;
/** How long the broker may take to say good-bye, ms. */
const CLOSING_MS = 1_000;

/** A host's end of the bus: one connection, with one channel and one queue. */
export class RabbitHostBus extends HostBus {
  private readonly manager: AmqpConnectionManagerClass;
  private readonly link: Link;
  private readonly questions: OpenQuestions;
  private readonly subscribed = new OnceUp();
  private readonly warnings = new QuietWarnings();
  private channel?: HostChannel;
  private listening?: { audience: Audience; receive: Receive };

  constructor(options: RabbitOptions, patienceMs = PATIENCE_MS) {
    super();
    this.questions = new OpenQuestions(patienceMs);
    const backOff = new BackOff(options.urls.length);
    this.manager = new AmqpConnectionManagerClass(null, managerOptions(options, backOff));
    this.link = new Link(this.manager, {
      name: 'worker',
      secrets: secretsOf(options),
      backOff,
      establish: (connection) => this.establish(connection),
    });
    this.link.onChange(() => this.changed());
  }

  /** Begins to look for the broker, and does not give up until `close`. */
  connect(): this {
    // What becomes of each attempt is told by events.
    this.manager.connect().catch(() => undefined);
    return this;
  }

  state(): BusState {
    return this.link.state;
  }

  inbox(audience: Audience): RabbitInbox {
    return new RabbitInbox({
      listen: (receive) => this.listen({ audience, receive }),
      onError: (error) => this.warnings.warn('A handler failed', error),
    });
  }

  onConnected(listener: () => void): void {
    this.subscribed.add(listener);
  }

  async listenAgain(): Promise<void> {
    await this.link.whileUp(async () => this.channel?.listenAgain());
  }

  reconnect(): void {
    this.link.drop(new Error('what should be heard on it is not'));
  }

  async report(envelope: Envelope<HostReport>): Promise<void> {
    await this.send(EXCHANGE.reports, KEY.report, encode(envelope), { type: 'report' });
  }

  async snapshot(envelope: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>> {
    const content = encode(envelope);
    return this.questions.ask((correlationId, expiration) => {
      const { replyTo } = this.channel ?? {};
      return this.send(EXCHANGE.questions, KEY.snapshot, content, { replyTo, correlationId, expiration });
    });
  }

  /** Nothing is sent or heard any more. */
  async close(): Promise<void> {
    this.link.close();
    await within(CLOSING_MS, this.manager.close(), () => new Error('late')).catch(() => undefined);
  }

  private send(...message: Parameters<HostChannel['send']>): Promise<void> {
    return this.link.whileUp(async () => {
      if (!this.channel) throw away('away');
      await this.channel.send(...message);
    });
  }

  /** @returns what ends it */
  private listen(listening: { audience: Audience; receive: Receive }): () => void {
    this.listening = listening;
    this.subscribed.set(false);
    this.link.renew();
    return () => {
      this.listening = undefined;
      this.link.renew();
    };
  }

  private async establish(connection: ChannelModel): Promise<void> {
    const before = this.channel;
    this.channel = undefined;
    await before?.close();
    const { listening } = this;
    this.channel = await HostChannel.open(connection, {
      audience: listening?.audience,
      take: (message) => this.take(message, listening?.receive),
      onBroken: (reason) => this.link.renew(reason),
    });
  }

  private take(message: ConsumeMessage, receive: Receive | undefined): void {
    if (message.fields.exchange === EXCHANGE.answers) this.questions.take(message);
    else receive?.(message.properties.type, message.content);
  }

  private changed(): void {
    const { state } = this.link;
    if (state === 'away') this.questions.giveUp();
    this.subscribed.set(state !== 'away' && this.listening !== undefined);
  }
}
