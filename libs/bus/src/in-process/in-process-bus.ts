import {
  type AppMessage,
  type DigestMessage,
  DomainError,
  type Envelope,
  type GroupMessage,
  type Snapshot,
  type SnapshotRequest,
} from '@nebula/domain';
import { Logger } from '@nestjs/common';
import type { BusState, Claim, Reach } from '../control-bus';
import type { Topic, Topics } from '../topics';
import type { Chaos } from './chaos';
import { History, type Recorded } from './history';
import { HostLink, type Way } from './host-link';
import { type BusCounts, Lane } from './lane';
import { type Answerer, Questions } from './questions';
import { type Receiver, Receivers } from './receivers';
import type { Subject } from './subject';

export interface InProcessBusOptions {
  chaos?: Chaos;
  /** How long a host waits for its snapshot, ms. */
  requestTimeoutMs?: number;
  /** How many of the last messages are kept for `replay`; 0: none. */
  history?: number;
}

/** A host's end of the bus, as `disconnect` and `reconnect` take it. */
export interface Linked {
  readonly link: HostLink;
}

const QUEUE_BOUND = 10_000;
/** Like a consumer's prefetch: a slow store is not buried under handlers that all wait for it. */
const PARALLEL_HANDLERS = 32;

const away = () => new DomainError('unavailable', 'bus-away', 'The message bus is away.');

/** Everything meets here: a broker in memory, with any number of hosts and of control parts on it, in one process. */
export class InProcessBus {
  readonly counts: BusCounts = { published: 0, delivered: 0, lost: 0, doubled: 0, dropped: 0, failed: 0 };
  private readonly logger = new Logger('InProcessBus');
  private holder?: string;
  private readonly whenUp = new Set<() => void>();
  private readonly hosts = new Set<HostLink>();
  private readonly subscribers = { report: new Receivers(), status: new Receivers() };
  private readonly questions: Questions;
  private readonly history: History;
  private readonly lanes = new Set<Lane>();
  private readonly publishing: Lane;
  private lanesMade = 0;
  private chaos?: Chaos;
  private running = true;
  private full = false;
  /** Of what control parts tell: see `ControlBus.isHeard`. */
  private echo: 'heard' | 'lost' | 'unheard' = 'heard';

  constructor(options: InProcessBusOptions = {}) {
    this.chaos = options.chaos;
    this.questions = new Questions(options.requestTimeoutMs ?? 5_000);
    this.history = new History(options.history ?? 0);
    this.publishing = this.lane(Infinity);
  }

  /** From now on; undefined heals. What is under way stays as late as it is. */
  setChaos(chaos: Chaos | undefined): void {
    this.chaos = chaos;
    for (const lane of this.lanes) lane.setChaos(chaos);
  }

  /** The host is cut off: nothing arrives, in either direction, and what was on its way to it is gone. */
  disconnect(host: Linked): void {
    host.link.disconnect();
  }

  reconnect(host: Linked): void {
    host.link.reconnect();
  }

  /** The broker is away for everybody, and what was under way is gone. */
  down(): void {
    this.running = false;
    for (const lane of this.lanes) lane.clear();
  }

  /** @param empty the broker has lost all that it was told to keep: whose it is */
  up({ empty = false } = {}): void {
    if (this.running) return;
    if (empty) this.holder = undefined;
    this.running = true;
    this.tellUp();
    for (const host of this.hosts) host.tellSubscribed();
  }

  /**
   * The broker has lost these ways, and tells nobody: every host's, or this one's. A host gets them back by binding again,
   * or only by a new connection; control parts with the next digest.
   */
  loseWays(way: Way, host?: Linked, { bindingHelps = true } = {}): void {
    for (const link of host ? [host.link] : this.hosts) link.lose(way, bindingHelps);
    if (way === 'desired' && !host) this.echo = 'lost';
  }

  /** The broker is there, and takes nothing in until `unblock`. */
  block(): void {
    this.full = true;
  }

  unblock(): void {
    this.full = false;
    this.tellUp();
  }

  /** Sends recorded messages once more, oldest first. @returns how many. */
  replay(select: (record: Recorded) => boolean = () => true): number {
    if (this.state !== 'up') throw away();
    const records = this.history.all().filter(select);
    for (const record of records) this.send(record);
    return records.length;
  }

  /** Ends all that is under way: no timer is left, questions are rejected, publishing rejects. */
  close(): void {
    this.down();
    this.questions.close();
    this.hosts.clear();
    this.whenUp.clear();
  }

  // What the adapters' two sides are made of.

  async publish<T extends Topic>(topic: T, envelope: Envelope<Topics[T]>, reach?: Reach): Promise<void> {
    if (this.state !== 'up') throw away();
    const record = { topic, text: JSON.stringify(envelope), subject: subjectOf(topic, envelope.body, reach) };
    this.history.add(record);
    this.counts.published++;
    this.send(record);
    if (topic === 'digest' && 'all' in (envelope.body as DigestMessage).scope)
      this.echo = this.echo === 'lost' ? 'unheard' : 'heard';
    if (this.publishing.unconfirmed()) throw away();
  }

  onUp(listener: () => void): void {
    this.whenUp.add(listener);
    if (this.state === 'up') listener();
  }

  get state(): BusState {
    if (!this.running) return 'away';
    return this.full ? 'blocked' : 'up';
  }

  get isHeard(): boolean {
    return this.echo !== 'unheard';
  }

  claim(identity: string): Claim {
    if (!this.running) throw away();
    this.holder ??= identity;
    return this.holder === identity ? { held: true } : { held: false, holder: this.holder };
  }

  takeOver(identity: string): void {
    if (!this.running) throw away();
    this.holder = identity;
  }

  /** @returns what ends it. */
  subscribe(topic: 'report' | 'status', receive: (text: string) => Promise<void>): () => void {
    const receiver: Receiver = { lane: this.lane(PARALLEL_HANDLERS), receive };
    return this.admit(this.subscribers[topic], receiver);
  }

  answer(answer: Answerer['answer']): () => void {
    return this.admit(this.questions.answerers, { lane: this.lane(PARALLEL_HANDLERS), answer });
  }

  link(): HostLink {
    // A worker only notes what it hears, so it hears all at once, like a consumer without acknowledgements.
    const link = new HostLink(
      this.lane(Infinity),
      this.lane(Infinity),
      () => this.running,
      (error) => this.failed(error),
    );
    this.hosts.add(link);
    return link;
  }

  async report(link: HostLink, envelope: Envelope<Topics['report']>): Promise<void> {
    if (!link.connected) throw away();
    await this.publish('report', envelope);
  }

  async ask(link: HostLink, request: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>> {
    if (!link.connected || this.full) throw away();
    return this.questions.ask(link, request);
  }

  private send({ topic, text, subject }: Recorded): void {
    if (topic === 'report') return post(this.subscribers.report.next(), text);
    if (topic === 'status') return this.subscribers.status.all.forEach((receiver) => post(receiver, text));
    if (subject) for (const host of this.hosts) if (host.hears(subject)) host.deliver(topic, text);
  }

  private tellUp(): void {
    if (this.state === 'up') for (const listener of this.whenUp) listener();
  }

  private admit<R extends { lane: Lane }>(receivers: Receivers<R>, receiver: R): () => void {
    receivers.add(receiver);
    return () => {
      receivers.remove(receiver);
      receiver.lane.clear();
      this.lanes.delete(receiver.lane);
    };
  }

  private lane(parallel: number): Lane {
    const options = { parallel, bound: QUEUE_BOUND, counts: this.counts, onError: (e: unknown) => this.failed(e) };
    const lane = new Lane(this.lanesMade++, options);
    lane.setChaos(this.chaos);
    this.lanes.add(lane);
    return lane;
  }

  private failed(error: unknown): void {
    // What Nest's filters make of an error is an object with a message, and no Error.
    const { message } = Object(error) as { message?: unknown };
    this.logger.warn(`A handler failed: ${String(message ?? error)}`);
  }
}

function post(receiver: Receiver | undefined, text: string): void {
  receiver?.lane.post(() => receiver.receive(text));
}

function subjectOf(topic: Topic, body: unknown, reach: Reach = { groups: [] }): Subject | undefined {
  switch (topic) {
    case 'app':
      return { app: (body as AppMessage).app.name, groups: [...reach.groups] };
    case 'group':
      return { group: (body as GroupMessage).group.name };
    case 'digest':
      return { digest: (body as DigestMessage).scope };
    case 'report':
    case 'status':
      return undefined;
  }
}
