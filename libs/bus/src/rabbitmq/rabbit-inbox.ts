import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { INBOX } from '../host-bus';
import { MESSAGE_LIMITS, Refusal } from '../messages';
import { decode } from './wire';

/** @param type the message's property of that name: whatever somebody wrote there */
export type Receive = (type: unknown, content: Buffer) => void;

export interface InboxOptions {
  /** @returns what ends it */
  listen(receive: Receive): () => void;
  onError(error: unknown): void;
}

/** The transport of a worker: drives its @EventPattern handlers with what the host's queue brings. */
export class RabbitInbox extends Server implements CustomTransportStrategy {
  private end?: () => void;

  constructor(private readonly options: InboxOptions) {
    super();
  }

  /** Calls back at once: a worker starts without its broker. */
  listen(done: () => void): void {
    this.end = this.options.listen((type, content) => {
      this.receive(type, content).catch((error: unknown) => this.options.onError(error));
    });
    done();
  }

  close(): void {
    this.end?.();
  }

  on(): never {
    throw new Error('The inbox has no events of its own: see HostBus.onConnected.');
  }

  unwrap<T>(): T {
    return this.options as T;
  }

  private async receive(type: unknown, content: Buffer): Promise<void> {
    const known = Object.values<unknown>(INBOX).includes(type);
    // What is no message of ours goes to a handler too, which refuses and counts it as any other bad one.
    const payload = known
      ? decode(content, MESSAGE_LIMITS.message)
      : new Refusal('malformed', '/type: must be a kind of message that this worker knows');
    const handler = this.getHandlerByPattern(known ? (type as string) : INBOX.app);
    if (!handler) throw new Error('no handler for it');
    const result: unknown = await handler(payload, new BaseRpcContext([]));
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}
