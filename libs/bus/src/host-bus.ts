import type { Envelope, HostReport, Snapshot, SnapshotRequest } from '@nebula/domain';
import type { CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { BusState } from './control-bus';
import type { Audience } from './topics';

/** Patterns of the @EventPattern handlers that the worker's inbox drives. The payload is the message's Envelope. */
export const INBOX = { app: 'app', group: 'group', digest: 'digest' } as const;

/** The bus as a worker uses it: one connection for all it does. */
export abstract class HostBus {
  /**
   * The transport that drives the worker's @EventPattern handlers (`INBOX`) with what this audience hears. Subscribed
   * before `onConnected` listeners are told.
   */
  abstract inbox(audience: Audience): Server & CustomTransportStrategy;

  /** Told each time when the inbox is subscribed (again): now ask for a snapshot. Told at once if it is already. */
  abstract onConnected(listener: () => void): void;

  /**
   * Makes sure of everything by which this end hears, on the connection that is there: a broker may have lost it, and does
   * not tell. Harmless where nothing is wrong. Rejects with DomainError('unavailable', …) when it is refused: then all of it
   * is made anew, and `onConnected` listeners are told.
   */
  abstract listenAgain(): Promise<void>;

  /** Another connection in place of this one: `onConnected` listeners are told when it is there. */
  abstract reconnect(): void;

  /** 'away': nothing can be sent, and whoever listens is told by `onConnected` when that is over. */
  abstract state(): BusState;

  /** Sends a report; resolves when it has gone, rejects with DomainError('unavailable', …) when it could not. */
  abstract report(envelope: Envelope<HostReport>): Promise<void>;

  /** Asks for all desired state that the host needs. Rejects with DomainError('unavailable', …) after its time-out. */
  abstract snapshot(envelope: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>>;
}
