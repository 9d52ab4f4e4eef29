import type { Envelope, Snapshot, SnapshotRequest } from '@nebula/domain';
import { type BusState, type Claim, ControlBus, type Reach, type Unsubscribe } from '../control-bus';
import type { Topic, Topics } from '../topics';
import type { InProcessBus } from './in-process-bus';

export class InProcessControlBus extends ControlBus {
  constructor(private readonly bus: InProcessBus) {
    super();
  }

  async publish<T extends Topic>(topic: T, envelope: Envelope<Topics[T]>, reach?: Reach): Promise<void> {
    await this.bus.publish(topic, envelope, reach);
  }

  onConnected(listener: () => void): void {
    this.bus.onUp(listener);
  }

  state(): BusState {
    return this.bus.state;
  }

  isHeard(): boolean {
    return this.bus.isHeard;
  }

  async claim(identity: string): Promise<Claim> {
    return this.bus.claim(identity);
  }

  async takeOver(identity: string): Promise<void> {
    this.bus.takeOver(identity);
  }

  async subscribe<T extends 'report' | 'status'>(
    topic: T,
    handler: (envelope: Envelope<Topics[T]>) => Promise<void>,
  ): Promise<Unsubscribe> {
    const end = this.bus.subscribe(topic, async (text) => handler(JSON.parse(text) as Envelope<Topics[T]>));
    return async () => end();
  }

  async answerSnapshots(
    handler: (envelope: Envelope<SnapshotRequest>) => Promise<Envelope<Snapshot>>,
  ): Promise<Unsubscribe> {
    const end = this.bus.answer(handler);
    return async () => end();
  }
}
