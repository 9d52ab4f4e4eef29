import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Audience } from '../topics';
import type { HostLink } from './host-link';

/** The transport of a worker in one process with its bus: drives the same @EventPattern handlers as a broker's would. */
export class InProcessInbox extends Server implements CustomTransportStrategy {
  constructor(
    private readonly link: HostLink,
    private readonly audience: Audience,
  ) {
    super();
  }

  listen(done: () => void): void {
    this.link.subscribe(this.audience, (topic, payload) => this.receive(topic, payload));
    done();
  }

  close(): void {
    this.link.unsubscribe();
  }

  on(): never {
    throw new Error('The in-process inbox has no events of its own: see HostBus.onConnected.');
  }

  unwrap<T>(): T {
    return this.link as T;
  }

  /** Rejects when a handler threw, so that the bus counts it: `handleEvent` would keep that to itself. */
  private async receive(topic: string, payload: unknown): Promise<void> {
    const handler = this.getHandlerByPattern(topic);
    if (!handler) throw new Error(`no handler for ${topic}`);
    const result: unknown = await handler(payload, new BaseRpcContext([]));
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}
