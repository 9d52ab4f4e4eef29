import type { Envelope, Snapshot, SnapshotRequest } from '@nebula/domain';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { type BusState, type Claim, ControlBus, type Reach, type Unsubscribe } from '../control-bus';
import { MESSAGE_LIMITS, Refusal } from '../messages';
import type { Topic, Topics } from '../topics';
import { ByteBudget } from './byte-budget';
import { Claims } from './claims';
import { ControlConnection } from './control-connection';
import { Echo } from './echo';
import { GivingBack } from './giving-back';
import { OnceUp } from './once-up';
import { type Part, split } from './parts';
import { QuietWarnings } from './quiet-warnings';
import type { RabbitOptions } from './rabbit-options';
import { type DesiredTopic, EVERYBODY, routesOf } from './routing';
import { Subscription, type SubscriptionOptions } from './subscription';
import { declareShared, EXCHANGE, KEY, ownQueue, QUEUE } from './topology';
import { decode, encode } from './wire';

/** How often it is looked whether all is still there, ms: somebody may have deleted it, or the broker lost it. */
const LOOK_AGAIN_MS = 5_000;
/** How long an answer waits for the connection that it goes by, ms: about as long as the host waits for the answer. */
const ANSWER_MS = 10_000;
/** Enough for a batch of reports, and a slow store is not buried under those that wait. */
const REPORTS_AT_ONCE = 64;
/** Answers wait for the broker's confirm, which comes late where thousands of hosts have come at the same time. */
const QUESTIONS_AT_ONCE = 1_000;
const ECHOES_AT_ONCE = 64;
/** Of answers that are not confirmed yet: the broker's connection holds them in memory. */
const ANSWERS_BYTES = 32 * 1024 * 1024;
const LIMIT = { report: MESSAGE_LIMITS.report, status: MESSAGE_LIMITS.report, question: MESSAGE_LIMITS.report };

/**
 * Two connections: a broker that is short of memory stops reading from those that publish, and what is taken in has to be
 * acknowledged meanwhile, else nothing would ever get less.
 */
export class RabbitControlBus extends ControlBus {
  private readonly sending: ControlConnection;
  private readonly taking: ControlConnection;
  private readonly subscriptions = new Set<Subscription>();
  private readonly warnings = new QuietWarnings();
  private readonly connected = new OnceUp();
  private readonly claims: Claims;
  /** One answer may be many hosts': it is written once. */
  private readonly written = new WeakMap<object, Part[]>();
  private readonly answers = new ByteBudget(ANSWERS_BYTES);
  private readonly givingBack = new GivingBack();
  private readonly echo = new Echo(() => this.state() === 'up');
  private readonly looking: NodeJS.Timeout;

  constructor(
    private readonly options: RabbitOptions & { program: 'api' | 'monitor' },
    lookAgainMs = LOOK_AGAIN_MS,
  ) {
    super();
    this.sending = new ControlConnection(options, 'sending', (connection) => this.declare(connection));
    this.taking = new ControlConnection(options, 'taking', async (connection) => {
      await this.declare(connection);
      await Promise.all([...this.subscriptions].map((each) => each.open(connection)));
    });
    for (const { link } of [this.sending, this.taking]) link.onChange(() => this.connected.set(this.state() === 'up'));
    this.claims = new Claims(() => this.sending.link.connection);
    this.looking = setInterval(() => this.lookAgain(), lookAgainMs * (0.5 + Math.random())).unref();
    if (options.program === 'api') this.subscriptions.add(this.subscription(this.echoes()));
  }

  async publish<T extends Topic>(topic: T, envelope: Envelope<Topics[T]>, reach?: Reach): Promise<void> {
    const content = encode(envelope);
    if (topic === 'status') return this.sending.send(EXCHANGE.status, '', content, { type: topic });
    if (topic === 'report') return this.sending.send(EXCHANGE.reports, KEY.report, content, { type: topic });
    for (const { key, cc } of routesOf(topic as DesiredTopic, envelope.body as Topics[DesiredTopic], reach)) {
      const properties = { type: topic, messageId: this.echo.id, ...(cc.length > 0 && { CC: cc }) };
      const send = () => this.sending.send(EXCHANGE.desired, key, content, properties);
      await (key === EVERYBODY ? this.echo.expect(send) : send());
    }
  }

  isHeard(): boolean {
    return this.echo.isHeard;
  }

  onConnected(listener: () => void): void {
    this.connected.add(listener);
  }

  state(): BusState {
    const states = [this.sending.link.state, this.taking.link.state];
    if (states.includes('away')) return 'away';
    return states.includes('blocked') ? 'blocked' : 'up';
  }

  async claim(identity: string): Promise<Claim> {
    return this.sending.link.whileUp(() => this.claims.claim(identity));
  }

  async takeOver(identity: string): Promise<void> {
    await this.sending.link.whileUp(() => this.claims.takeOver(identity));
  }

  async subscribe<T extends 'report' | 'status'>(
    topic: T,
    handler: (envelope: Envelope<Topics[T]>) => Promise<void>,
  ): Promise<Unsubscribe> {
    return this.admit({
      ...(topic === 'report' ? { queue: async () => QUEUE.reports } : STATUS_QUEUE),
      atOnce: REPORTS_AT_ONCE,
      handle: async ({ content }) => {
        const message = decode(content, LIMIT[topic]);
        await handler(message as Envelope<Topics[T]>);
        if (message instanceof Refusal) throw new Error(`a ${topic}: ${message.reason}${message.detail}`);
      },
    });
  }

  async answerSnapshots(
    handler: (envelope: Envelope<SnapshotRequest>) => Promise<Envelope<Snapshot>>,
  ): Promise<Unsubscribe> {
    return this.admit({
      queue: async () => QUEUE.questions,
      atOnce: QUESTIONS_AT_ONCE,
      handle: async (message) => {
        const question = decode(message.content, LIMIT.question) as Envelope<SnapshotRequest>;
        const answer = await handler(question).catch((error: unknown) => this.givingBack.refuse(error));
        await this.answer(message, answer);
      },
    });
  }

  /** Nothing is sent or taken any more. */
  async close(): Promise<void> {
    clearInterval(this.looking);
    this.echo.forget();
    await Promise.all([this.sending.close(), this.taking.close()]);
  }

  private async answer({ properties }: ConsumeMessage, answer: object | undefined): Promise<void> {
    const [replyTo, correlationId]: unknown[] = [properties.replyTo, properties.correlationId];
    if (typeof replyTo !== 'string' || typeof correlationId !== 'string')
      throw new Error('a question without a way back');
    if (answer === undefined) throw new Error('a question that was not answered');
    // After the broker was away questions come by the one connection before answers can go by the other; an answer that
    // is not sent costs its host the whole time that it waits for one.
    await this.sending.untilUp(ANSWER_MS);
    for (const { content, headers } of this.partsOf(answer)) {
      const send = () => this.sending.send(EXCHANGE.answers, replyTo, content, { correlationId, headers });
      await this.answers.spend(content.length, send);
    }
  }

  private partsOf(answer: object): Part[] {
    const parts = this.written.get(answer) ?? split(encode(answer));
    this.written.set(answer, parts);
    return parts;
  }

  private echoes(): Purpose {
    return {
      queue: async (channel) => {
        this.echo.forget();
        return declareOwn(channel);
      },
      bind: (channel, queue) => channel.bindQueue(queue, EXCHANGE.desired, EVERYBODY),
      // Else nobody would ever notice that it was lost: so were those of hosts, which nobody looks after.
      isToBindAgain: () => !this.echo.isHeard,
      atOnce: ECHOES_AT_ONCE,
      handle: async ({ properties }) => this.echo.came(properties.messageId),
    };
  }

  private subscription(purpose: Purpose): Subscription {
    return new Subscription({
      ...purpose,
      onError: (error) => this.warnings.warn('A handler failed', error),
      onBroken: (reason) => this.taking.link.renew(reason),
    });
  }

  private async admit(purpose: Purpose): Promise<Unsubscribe> {
    const { link } = this.taking;
    const subscription = this.subscription(purpose);
    this.subscriptions.add(subscription);
    const { connection } = link;
    // Not up: what is being made on the connection right now may have begun without this one.
    if (link.state === 'away' || !connection) link.renew();
    else await subscription.open(connection).catch((error: unknown) => link.renew(error));
    return async () => {
      this.subscriptions.delete(subscription);
      await subscription.end();
    };
  }

  private async declare(connection: ChannelModel): Promise<void> {
    if (this.options.program !== 'api') return;
    await declareShared(connection, this.options.queueType, (reason) => this.warnings.warn('Left as it is', reason));
  }

  private lookAgain(): void {
    // One that is blocked would not answer.
    if (this.state() !== 'up') return;
    this.sending.link.renew();
    for (const each of this.subscriptions) void each.lookAgain();
  }
}

type Purpose = Omit<SubscriptionOptions, 'onError' | 'onBroken'>;

const declareOwn = async (channel: Channel): Promise<string> => (await channel.assertQueue('', ownQueue(1_000))).queue;

const STATUS_QUEUE: Pick<SubscriptionOptions, 'queue' | 'bind'> = {
  queue: declareOwn,
  bind: (channel, queue) => channel.bindQueue(queue, EXCHANGE.status, ''),
};
