import type { Envelope, Snapshot, SnapshotRequest } from '@nebula/domain';
import type { Topic, Topics } from './topics';

export type Unsubscribe = () => Promise<void>;

/** `blocked`: it is there, and takes nothing at the moment, as a broker that runs out of memory or disk. */
export type BusState = 'up' | 'blocked' | 'away';

/** Whether the bus is this store's; if not, whose it is. */
export type Claim = { held: true } | { held: false; holder: string };

/** Whom an app's message reaches besides hosts on all apps and those that list it. */
export interface Reach {
  /** Those groups whose newest list has the app. */
  groups: readonly string[];
}

/** The bus as api and monitor use it. Handlers may throw: that is logged and counted, the message is not repeated. */
export abstract class ControlBus {
  /**
   * Sends to all whom the topic concerns. Resolves when the bus has it for certain (a broker's confirm); rejects with
   * DomainError('unavailable', 'bus-away') when it could not within its time: it may arrive all the same.
   *
   * @param reach of an app alone. Read it after the app was stored, else a group that gains the app meanwhile misses it.
   */
  abstract publish<T extends Topic>(topic: T, envelope: Envelope<Topics[T]>, reach?: Reach): Promise<void>;

  /** Told each time the bus takes messages (again), at once if it does already: what it refused meanwhile can be told. */
  abstract onConnected(listener: () => void): void;

  /** How it is now, as far as this end knows. */
  abstract state(): BusState;

  /**
   * Whether the last digest of everything that this end published came back to it, as it reaches every host. If not, the
   * bus loses what it confirms; it is mended by itself as far as this end can, and hosts that hear nothing notice it too.
   */
  abstract isHeard(): boolean;

  /**
   * Makes the bus that of the store of this identity, unless it is another's. Asked for again and again, by any number of
   * replicas, it changes nothing. A bus that lost everything is the next one's. Rejects with DomainError('unavailable',
   * 'bus-away') when nobody can tell.
   */
  abstract claim(identity: string): Promise<Claim>;

  /** Makes the bus that of the store of this identity, whosever it was. Rejects as `claim`. */
  abstract takeOver(identity: string): Promise<void>;

  /** Each report and each status message reaches every subscriber of another kind of program, once for `report`. */
  abstract subscribe<T extends 'report' | 'status'>(
    topic: T,
    handler: (envelope: Envelope<Topics[T]>) => Promise<void>,
  ): Promise<Unsubscribe>;

  /**
   * Answers hosts' questions for their snapshot. A handler that throws answers nothing: the host asks again. One that
   * throws `unavailable` leaves the question to another replica, as long as the host waits.
   */
  abstract answerSnapshots(
    handler: (envelope: Envelope<SnapshotRequest>) => Promise<Envelope<Snapshot>>,
  ): Promise<Unsubscribe>;
}
