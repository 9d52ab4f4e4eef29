import { RuntimeError } from '../runtime-error';
import type { EventHub } from './event-hub';

/** The machine's volumes, anonymous ones included. */
export class FakeVolumes {
  private readonly labelsOf = new Map<string, Record<string, string>>();

  /** @param inUse whether a container, in any state, has it */
  constructor(
    private readonly events: EventHub,
    private readonly inUse: (name: string) => boolean,
  ) {}

  names(): string[] {
    return [...this.labelsOf.keys()];
  }

  labels(name: string): Record<string, string> | undefined {
    const labels = this.labelsOf.get(name);
    return labels && { ...labels };
  }

  ensure(name: string, labels: Record<string, string>): Record<string, string> {
    const there = this.labelsOf.get(name);
    if (there) return { ...there };
    this.labelsOf.set(name, { ...labels });
    this.events.emit({ kind: 'volume', name, action: 'create' });
    return { ...labels };
  }

  remove(name: string): void {
    if (!this.labelsOf.has(name)) return;
    if (this.inUse(name)) throw new RuntimeError('conflict', `remove ${name}: volume is in use`);
    this.labelsOf.delete(name);
    this.events.emit({ kind: 'volume', name, action: 'destroy' });
  }
}
