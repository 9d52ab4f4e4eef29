import { cutText, LIMITS } from '@nebula/domain';
import type { Making } from '../plan/history';
import type { ObservedContainer } from '../runtime';

/** Makings are forgotten with their containers; what is never seen again must not stay for ever. */
export class Makings {
  private readonly known: Map<string, Making>;

  constructor(
    private readonly onChange: () => void,
    saved: Record<string, Making> = {},
  ) {
    this.known = new Map(Object.entries(saved));
  }

  of(containerId: string): Making | undefined {
    return this.known.get(containerId);
  }

  /**
   * What a container has when it is first seen to have run is what it was made with. Not before: the Engine may drop a
   * limit at the start only.
   * @param exists whether there is a container of this id; what is known of others is forgotten
   */
  take(containers: Iterable<readonly ObservedContainer[]>, exists: (id: string) => boolean): void {
    let changed = false;
    for (const { id, limits, startedAt } of [...containers].flat()) {
      const known = this.known.get(id);
      if (known?.limits || startedAt === undefined) continue;
      this.known.set(id, { ...known, limits });
      changed = true;
    }
    for (const id of this.known.keys()) if (!exists(id)) changed = this.known.delete(id) || changed;
    if (changed) this.onChange();
  }

  /** What the Engine said when it made the container. */
  warned(containerId: string, texts: readonly string[]): void {
    const warnings = texts.slice(0, LIMITS.warnings).map((text) => cutText(text, LIMITS.warningText));
    this.known.set(containerId, { ...this.known.get(containerId), warnings });
    this.onChange();
  }

  /** The Engine said that it will never start it again. */
  stuck(containerId: string): void {
    this.known.set(containerId, { ...this.known.get(containerId), stuck: true });
    this.onChange();
  }

  save(): Record<string, Making> {
    return Object.fromEntries(this.known);
  }
}
