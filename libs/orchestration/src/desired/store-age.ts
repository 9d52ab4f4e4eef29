import type { AppGeneration, GroupGeneration, Snapshot } from '@nebula/domain';
import type { Baseline } from './baseline';

interface Gap {
  here: number;
  store: number | undefined;
}

const EXAMPLES = 3;

/** Whether the store's word is older than what this host has of it: it was restored from a backup, then. */
export class StoreAge {
  private readonly apps = new Map<string, Gap>();
  private group?: Gap;

  compare(store: string, snapshot: Snapshot, { apps, group, containers }: Baseline): void {
    const here = new Map(apps);
    for (const container of containers) {
      if (container.store !== store) continue;
      here.set(container.app, Math.max(container.generation, here.get(container.app) ?? 0));
    }
    const told = new Map(snapshot.apps.map((app) => [app.name, app.generation]));
    this.apps.clear();
    for (const [name, generation] of here) {
      const gap = gapOf(generation, told.get(name));
      if (gap) this.apps.set(name, gap);
    }
    this.group = snapshot.group && gapOf(group ?? 0, snapshot.group.generation);
  }

  /** Another store is followed from now on. */
  clear(): void {
    this.apps.clear();
    this.group = undefined;
  }

  heardApp({ name, generation }: AppGeneration): void {
    const gap = this.apps.get(name);
    if (gap && generation > gap.here) this.apps.delete(name);
  }

  heardGroup({ generation }: GroupGeneration): void {
    if (this.group && generation > this.group.here) this.group = undefined;
  }

  /** @returns undefined for a store that knows all that this host knows */
  detail(): string | undefined {
    const gaps: [string, Gap][] = [...this.apps].map(([name, gap]) => [`app ${name}`, gap]);
    if (this.group) gaps.unshift(['the device group', this.group]);
    if (gaps.length === 0) return undefined;
    const examples = gaps
      .slice(0, EXAMPLES)
      .map(([what, { here, store }]) => `${what}: generation ${here} here, ${store ?? 'none'} there`);
    const more = gaps.length > EXAMPLES ? `; and ${gaps.length - EXAMPLES} more` : '';
    return `The store is older than what this host has (${examples.join('; ')}${more}): what the host has is kept.`;
  }
}

const gapOf = (here: number, store: number | undefined): Gap | undefined =>
  store === undefined || store < here ? { here, store } : undefined;
