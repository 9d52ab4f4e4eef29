import { DomainError, type Envelope, type Snapshot, type SnapshotRequest } from '@nebula/domain';
import type { HostLink } from './host-link';
import type { Lane } from './lane';
import { Receivers } from './receivers';

export interface Answerer {
  lane: Lane;
  answer(request: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>>;
}

/** Questions of hosts on their way to one answerer, and the answers on their way back. */
export class Questions {
  readonly answerers = new Receivers<Answerer>();
  private readonly giveUp = new Set<() => void>();

  constructor(private readonly timeoutMs: number) {}

  ask(link: HostLink, request: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>> {
    const text = JSON.stringify(request);
    const { promise, resolve, reject } = Promise.withResolvers<Envelope<Snapshot>>();
    const fail = () => reject(new DomainError('unavailable', 'no-answer', 'Nobody answered the question in time.'));
    const timer = setTimeout(fail, this.timeoutMs).unref();
    this.giveUp.add(fail);
    const answerer = this.answerers.next();
    answerer?.lane.post(async () => {
      const reply = JSON.stringify(await answerer.answer(JSON.parse(text) as Envelope<SnapshotRequest>));
      if (link.has('answers')) link.replies.post(async () => resolve(JSON.parse(reply) as Envelope<Snapshot>));
    });
    return promise.finally(() => {
      clearTimeout(timer);
      this.giveUp.delete(fail);
    });
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const fail of this.giveUp) fail();
  }
}
