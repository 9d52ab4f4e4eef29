import type { GroupGeneration } from '@nebula/domain';

/** Apps that a group gained and that its hosts were perhaps not told of yet, because publishing failed or is under way. */
export class Untold {
  private readonly apps = new Map<string, Set<string>>();

  gained(group: string, apps: readonly string[]): void {
    const untold = this.apps.get(group) ?? new Set();
    for (const app of apps) untold.add(app);
    if (untold.size > 0) this.apps.set(group, untold);
  }

  /** @returns those of them that the group still lists */
  of(group: GroupGeneration): string[] {
    const untold = this.apps.get(group.name);
    return untold === undefined ? [] : group.apps.filter((app) => untold.has(app));
  }

  told(group: string, apps: readonly string[]): void {
    const untold = this.apps.get(group);
    for (const app of apps) untold?.delete(app);
    if (untold?.size === 0) this.apps.delete(group);
  }
}
