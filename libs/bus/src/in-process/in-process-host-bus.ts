import { DomainError, type Envelope, type HostReport, type Snapshot, type SnapshotRequest } from '@nebula/domain';
import type { BusState } from '../control-bus';
import { HostBus } from '../host-bus';
import type { Audience } from '../topics';
import type { HostLink } from './host-link';
import type { InProcessBus, Linked } from './in-process-bus';
import { InProcessInbox } from './in-process-inbox';

/** One host's end of the bus; make one for each host. */
export class InProcessHostBus extends HostBus implements Linked {
  readonly link: HostLink;

  constructor(private readonly bus: InProcessBus) {
    super();
    this.link = bus.link();
  }

  inbox(audience: Audience): InProcessInbox {
    return new InProcessInbox(this.link, audience);
  }

  onConnected(listener: () => void): void {
    this.link.onSubscribed(listener);
  }

  async listenAgain(): Promise<void> {
    if (this.state() !== 'up') throw new DomainError('unavailable', 'bus-away', 'The message bus is away.');
    this.link.bindAgain();
  }

  reconnect(): void {
    if (this.state() === 'away') return;
    this.link.disconnect();
    this.link.reconnect();
  }

  state(): BusState {
    return this.link.connected ? this.bus.state : 'away';
  }

  async report(envelope: Envelope<HostReport>): Promise<void> {
    await this.bus.report(this.link, envelope);
  }

  async snapshot(envelope: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>> {
    return this.bus.ask(this.link, envelope);
  }
}
