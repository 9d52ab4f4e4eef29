import type { AppGeneration, GroupGeneration, Snapshot, SnapshotRequest } from '@nebula/domain';
import type { AppStore, GroupStore } from '@nebula/store';
import { allPages } from './all-pages';

type Question = Pick<SnapshotRequest, 'selection' | 'known'>;

interface Waiting {
  question: Question;
  resolve(snapshot: Snapshot): void;
  reject(error: unknown): void;
}

/**
 * Reads the store once for all who ask meanwhile: a thousand hosts that join at once cost a few reads. Each answer is of a
 * read that began after its question came, so it has all that was accepted before.
 */
export class SnapshotReader {
  private waiting: Waiting[] = [];
  private reading = false;

  constructor(
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
  ) {}

  /** Who asks the same together gets the same object. */
  read(question: Question): Promise<Snapshot> {
    const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
    this.waiting.push({ question, resolve, reject });
    if (!this.reading) void this.readOn();
    return promise;
  }

  private async readOn(): Promise<void> {
    this.reading = true;
    while (this.waiting.length > 0) {
      const asked = this.waiting;
      this.waiting = [];
      try {
        const answers = await this.answersTo(asked.map(({ question }) => question));
        for (const [index, { resolve }] of asked.entries()) resolve(answers[index] as Snapshot);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.reading = false;
  }

  /** Groups are read before their apps, so that no app which a group gains is older than the group. */
  private async answersTo(questions: readonly Question[]): Promise<Snapshot[]> {
    const groupNames = new Set(questions.flatMap(({ selection }) => selection.group ?? []));
    const groups = new Map((await this.groups.newestOf([...groupNames])).map((group) => [group.name, group]));
    const named = questions.flatMap(({ selection, known }) => [...selection.names, ...known]);
    const apps = new Map<string, AppGeneration>();
    const live: AppGeneration[] = [];
    if (questions.some(({ selection }) => selection.all)) for await (const app of allPages(this.apps)) live.push(app);
    const names = new Set([...named, ...[...groups.values()].flatMap((group) => group.apps)]);
    for (const app of await this.apps.newestOf([...names])) apps.set(app.name, app);
    const composed = new Map<string, Snapshot>();
    return questions.map((question) => {
      const key = JSON.stringify([question.selection, question.known.toSorted()]);
      const snapshot = composed.get(key) ?? compose(question, groups, live, apps);
      composed.set(key, snapshot);
      return snapshot;
    });
  }
}

function compose(
  { selection, known }: Question,
  groups: ReadonlyMap<string, GroupGeneration>,
  live: readonly AppGeneration[],
  apps: ReadonlyMap<string, AppGeneration>,
): Snapshot {
  const group = groups.get(selection.group ?? '');
  const newest = new Map(selection.all ? live.map((app) => [app.name, app]) : []);
  for (const name of [...selection.names, ...known, ...(group?.apps ?? [])]) {
    const app = apps.get(name);
    if (app) newest.set(name, app);
  }
  return {
    groups: group === undefined || group.deleted ? [] : [group.name],
    ...(group && { group }),
    apps: [...newest.values()],
  };
}
