import type { Envelope, Snapshot, SnapshotRequest } from '@nebula/domain';
import type { Topic, Topics } from './topics';

export type Unsubscribe = () => Promise<void>;

/** The bus as api and monitor use it. Handlers may throw: that is logged and counted, the message is not repeated. */
export abstract class ControlBus {
  /**
   * Sends to all whom the topic concerns. Resolves when the bus has it for certain (a broker's confirm); rejects with
   * DomainError('unavailable', 'bus-away') when it could not within its time: it may arrive all the same.
   */
  abstract publish<T extends Topic>(topic: T, envelope: Envelope<Topics[T]>): Promise<void>;

  /** From now on what is published of these apps reaches the hosts of the group, besides what did before. */
  abstract route(group: string, apps: readonly string[]): Promise<void>;

  /**
   * Told each time the bus is there (again), at once if it is already: routes may be lost, so whoever made them makes them
   * again.
   */
  abstract onConnected(listener: () => void): void;

  /** Each report and each status message reaches every subscriber of another kind of program, once for `report`. */
  abstract subscribe<T extends 'report' | 'status'>(
    topic: T,
    handler: (envelope: Envelope<Topics[T]>) => Promise<void>,
  ): Promise<Unsubscribe>;

  /** Answers hosts' questions for their snapshot. A handler that throws answers nothing: the host asks again. */
  abstract answerSnapshots(
    handler: (envelope: Envelope<SnapshotRequest>) => Promise<Envelope<Snapshot>>,
  ): Promise<Unsubscribe>;
}
