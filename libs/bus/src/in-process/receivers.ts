import type { Lane } from './lane';

export interface Receiver {
  lane: Lane;
  /** @param text the envelope as JSON */
  receive(text: string): Promise<void>;
}

/** Those who subscribed to one topic. */
export class Receivers<R extends { lane: Lane } = Receiver> {
  private readonly members: R[] = [];
  private turn = 0;

  get all(): readonly R[] {
    return this.members;
  }

  add(receiver: R): void {
    this.members.push(receiver);
  }

  remove(receiver: R): void {
    const index = this.members.indexOf(receiver);
    if (index >= 0) this.members.splice(index, 1);
  }

  /** One after the other, round and round. @returns undefined when there is none. */
  next(): R | undefined {
    return this.members.length === 0 ? undefined : this.members[this.turn++ % this.members.length];
  }
}
