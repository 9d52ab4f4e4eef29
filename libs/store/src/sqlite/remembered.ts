import type { Generation } from '@nebula/domain';

const MOST = 1_000;

/** Newest generations by name, as they were read last. This process is the only one that writes to the file. */
export class Remembered<G extends Generation> {
  private readonly newest = new Map<string, G>();

  /** @param read where it is not remembered; what it gives is nobody's to change from now on */
  get(name: string, read: () => G | undefined): G | undefined {
    const known = this.newest.get(name);
    if (known) return known;
    const found = read();
    if (found) this.remember(found);
    return found;
  }

  /** @param generation as it is stored by now; it is nobody's to change any more. An older one is not remembered. */
  remember(generation: G): void {
    if ((this.newest.get(generation.name)?.generation ?? 0) > generation.generation) return;
    // Which ones are asked for often shows soon again.
    if (this.newest.size >= MOST) this.newest.clear();
    this.newest.set(generation.name, deepFrozen(generation));
  }
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}
