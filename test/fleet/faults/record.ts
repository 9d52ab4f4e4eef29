import type { AppDocument, GroupDocument } from './documents';

/** What was asked for last: an app's or a group's settings, or that there is none. */
interface Accepted<T> {
  /** Undefined: deleted. */
  document: T | undefined;
  generation: number;
}

/**
 * The runner's own memory of each change that was accepted, by which the API is judged: with nothing of it forgotten,
 * whatever was killed meanwhile.
 */
export class Record {
  private readonly apps = new Map<string, Accepted<AppDocument>>();
  private readonly touched = new Set<string>();
  private groupKept?: Accepted<GroupDocument>;
  /** By `performance.now()`. */
  lastAcceptedAt = 0;
  /** How many changes were accepted. */
  count = 0;

  /** A change of it is tried: from now on its containers may be others. */
  touch(name: string): void {
    this.touched.add(name);
  }

  get touchedSoFar(): ReadonlySet<string> {
    return this.touched;
  }

  /** Those whose containers may be others than they were when this was called before. */
  takeTouched(): Set<string> {
    const taken = new Set(this.touched);
    this.touched.clear();
    return taken;
  }

  acceptApp(document: AppDocument): void {
    this.apps.set(document.name, { document, generation: document.generation });
    this.note();
  }

  /** @param generation of the tombstone */
  acceptDeletion(name: string, generation: number): void {
    this.apps.set(name, { document: undefined, generation });
    this.note();
  }

  acceptGroup(document: GroupDocument): void {
    this.groupKept = { document, generation: document.generation };
    this.note();
  }

  /** After a store took over that never heard of some changes: what it says is what was accepted. */
  begin(apps: readonly AppDocument[], group: GroupDocument | undefined): void {
    this.apps.clear();
    for (const app of apps) this.apps.set(app.name, { document: app, generation: app.generation });
    this.groupKept = group && { document: group, generation: group.generation };
  }

  get living(): AppDocument[] {
    return [...this.apps.values()].flatMap(({ document }) => document ?? []);
  }

  get names(): string[] {
    return [...this.apps.keys()];
  }

  get group(): GroupDocument | undefined {
    return this.groupKept?.document;
  }

  app(name: string): AppDocument | undefined {
    return this.apps.get(name)?.document;
  }

  /** What every host of the group should run. */
  get wanted(): AppDocument[] {
    const listed = new Set(this.group?.apps ?? []);
    return this.living.filter((app) => listed.has(app.name) && app.running);
  }

  /** What is told differently by the API. @param apps all that it has */
  differences(apps: readonly AppDocument[], group: GroupDocument | undefined): string[] {
    const told = new Map(apps.map((app) => [app.name, app]));
    const ofApps = [...this.apps].flatMap(([name, { document, generation }]) =>
      sayDifference(name, document, generation, told.get(name)),
    );
    const unknown = apps.filter((app) => !this.apps.has(app.name)).map((app) => `app ${app.name}: nobody made it`);
    const { document, generation } = this.groupKept ?? { document: undefined, generation: 0 };
    return [...ofApps, ...unknown, ...sayDifference('the group', document, generation, group)];
  }

  private note(): void {
    this.lastAcceptedAt = performance.now();
    this.count += 1;
  }
}

function sayDifference(
  name: string,
  accepted: AppDocument | GroupDocument | undefined,
  generation: number,
  told: AppDocument | GroupDocument | undefined,
): string[] {
  if (!accepted) return told ? [`${name}: deleted as generation ${generation}, and is there: ${show(told)}`] : [];
  if (!told) return [`${name}: accepted as generation ${generation}, and is missing`];
  const isSame = told.generation === generation && show(told) === show(accepted);
  return isSame ? [] : [`${name}: accepted ${show(accepted)}`, `${name}: told     ${show(told)}`];
}

const show = (document: object): string => JSON.stringify(document);
