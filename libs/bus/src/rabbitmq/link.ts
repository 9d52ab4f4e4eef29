import { Logger } from '@nestjs/common';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { ChannelModel } from 'amqplib';
import type { BusState } from '../control-bus';
import { away, textOf } from './away';
import type { BackOff } from './back-off';
import { redacted } from './redacted';
import { within } from './within';

/**
 * How long the broker may take to make all that is needed, ms. It is not asked again before: what it has too much to do
 * for it does late, and twice then.
 */
const ESTABLISHING_MS = 60_000;

export interface LinkOptions {
  /** In logs: which connection it is. */
  name: string;
  /** Texts that no log may hold. */
  secrets: readonly string[];
  backOff: BackOff;
  /** Makes all that is needed on a new connection. Called again, also for the same connection, until it resolves. */
  establish(connection: ChannelModel): Promise<void>;
}

/** One connection to the broker, made again and again; up when everything on it is as it should be. */
export class Link {
  private readonly logger = new Logger('RabbitMQ');
  private readonly listeners = new Set<() => void>();
  private readonly waiting = new Set<(error: Error) => void>();
  private established = false;
  private establishing = false;
  private again = false;
  private broken?: { failure: unknown };
  private blocked = false;
  private closed = false;
  private retry?: NodeJS.Timeout;
  private said = '';

  constructor(
    private readonly manager: AmqpConnectionManager,
    private readonly options: LinkOptions,
  ) {
    // Read before each pause, and after these events: that makes it a back-off. Their `url` holds the password.
    manager.on('connect', () => void this.establish());
    manager.on('connectFailed', ({ err }) => this.failed('not connected', err));
    manager.on('disconnect', ({ err }) => this.lost(err));
    manager.on('blocked', ({ reason }) => this.setBlocked(true, reason));
    manager.on('unblocked', () => this.setBlocked(false));
    manager.reconnectTimeInSeconds = this.options.backOff.pause / 1000;
    if (manager.connection) void this.establish();
  }

  get state(): BusState {
    if (!this.established || this.closed) return 'away';
    return this.blocked ? 'blocked' : 'up';
  }

  get connection(): ChannelModel | undefined {
    return this.manager.connection;
  }

  /** Told after each change of `state`. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Something on the connection broke, or is to be different: all of it is made anew. */
  renew(reason?: unknown): void {
    if (this.closed) return;
    if (this.establishing && reason === undefined) this.again = true;
    else if (this.establishing) this.broken = { failure: reason };
    else if (reason === undefined) void this.establish();
    else {
      this.failed('interrupted', reason);
      this.down(away('away'));
      this.establishLater();
    }
  }

  /** The connection itself is of no use any more: another one is opened. */
  drop(reason: unknown): void {
    this.failed('interrupted', reason);
    this.connection?.close().catch(() => undefined);
  }

  /** Settles as `work` does; rejects at once when the broker is away or blocked, or gets so meanwhile. */
  whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (this.state !== 'up') return Promise.reject(away(this.state));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.waiting.add(reject);
    work()
      .then(resolve, (error: unknown) => reject(this.mapped(error)))
      .finally(() => this.waiting.delete(reject));
    return promise;
  }

  /** Nothing is tried any more. The connection itself is closed by whoever opened it. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.down(away('away'));
  }

  private async establish(): Promise<void> {
    const { connection } = this.manager;
    clearTimeout(this.retry);
    if (this.closed || this.establishing || !connection) return;
    this.establishing = true;
    this.again = false;
    this.broken = undefined;
    const late = new Error('the broker does not answer');
    const failed = await within(ESTABLISHING_MS, this.options.establish(connection), () => late).then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
    this.establishing = false;
    if (this.closed) return;
    if (this.manager.connection !== connection) return void this.establish();
    // What it makes at last belongs to nobody, and goes with the connection.
    if (failed?.failure === late) return this.drop(late);
    // What broke on the way comes first: begun again at once, it might break again at once, for ever.
    const error = failed ?? (this.broken as { failure: unknown } | undefined);
    if (!error) return this.again ? void this.establish() : this.ready();
    this.failed('not ready', error.failure);
    // One that is blocked answers nothing, and what was made before is there still.
    if (!this.blocked) this.down(away('away'));
    this.establishLater();
  }

  private ready(): void {
    const before = this.state;
    this.established = true;
    this.options.backOff.succeeded();
    this.said = '';
    this.manager.reconnectTimeInSeconds = this.options.backOff.pause / 1000;
    if (before !== 'up') this.logger.log(`${this.options.name}: connected to the broker`);
    this.tell();
  }

  private establishLater(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.establish(), this.options.backOff.pause).unref();
  }

  private lost(error: unknown): void {
    this.blocked = false;
    if (!this.closed) this.failed('disconnected', error ?? 'closed');
    this.down(away('away'));
  }

  private setBlocked(blocked: boolean, reason = ''): void {
    this.blocked = blocked;
    this.logger.warn(`${this.options.name}: the broker ${blocked ? `is blocked: ${reason}` : 'takes messages again'}`);
    if (blocked) this.reject(away('blocked'));
    this.tell();
  }

  private down(error: Error): void {
    const was = this.established;
    this.established = false;
    this.reject(error);
    if (was) this.tell();
  }

  private reject(error: Error): void {
    for (const reject of this.waiting) reject(error);
    this.waiting.clear();
  }

  private failed(what: string, error: unknown): void {
    this.options.backOff.failed();
    this.manager.reconnectTimeInSeconds = this.options.backOff.pause / 1000;
    const text = redacted(this.options.secrets, `${this.options.name}: ${what}, tried again: ${textOf(error)}`);
    // A broker that is away for an hour is said to be so once.
    if (text !== this.said) this.logger.warn(text);
    this.said = text;
  }

  private mapped(error: unknown): Error {
    const known = error instanceof Error && error.name === 'DomainError';
    return known ? error : away(this.state, redacted(this.options.secrets, textOf(error)));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
