import { randomUUID } from 'node:crypto';
import type { Generation } from '@nebula/domain';
import { GenerationStore, type NameFilter, type Page } from '../desired-store';
import { rowLimit } from '../row-limit';
import type { Deadline } from './deadline';
import type { GenerationDocument } from './documents';
import type { DocumentsOf } from './documents-of';
import type { MongoDatabase } from './mongo-database';
import { LastSeen } from './last-seen';
import { isUnknown } from './mongo-errors';
import { GENERATION_QUERIES as ASK, type Query } from './queries';
import { StoredClock } from './stored-clock';
import { SupersededMarks } from './superseded-marks';
import { joined, padded } from './tokens';

/** Lost answers in a row, with the server there each time: more is no accident. */
const ATTEMPTS = 4;
/** More of one name at once were made by others since: then one look at everything is as quick. */
const FOLLOWED = 8;
/** What stands before the first generation of a name, as its number. */
const NONE = 0;

/**
 * The log of one noun's generations. The insert of one is the compare-and-set, by its id: the one thing that every
 * server of the protocol does at once. The marks `newest` and `published` come after it, so they are believed only as
 * far as a crash in between leaves them true: more may be marked as newest than are, never fewer.
 */
export class MongoGenerationStore<G extends Generation> extends GenerationStore<G> {
  private readonly clock = new StoredClock();
  private readonly seen = new LastSeen();
  private readonly superseded: SupersededMarks;

  constructor(
    protected readonly database: MongoDatabase,
    protected readonly log: DocumentsOf<GenerationDocument>,
  ) {
    super();
    this.superseded = new SupersededMarks(database, log);
  }

  override async append(entry: G): Promise<boolean> {
    if (!Number.isSafeInteger(entry.generation) || entry.generation < 1) return false;
    const until = this.database.deadline();
    const document = this.documentOf(entry);
    let unknown: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        const isStored = await this.tryToAppend(document, unknown !== undefined, until);
        if (isStored) this.stored(entry);
        return isStored;
      } catch (error) {
        // Asked again, it looks first: the answer was lost, the write maybe not.
        if (!isUnknown(error)) throw unknown ?? error;
        unknown = error;
      }
    }
    throw unknown;
  }

  override async newest(name: string): Promise<G | undefined> {
    const newest = (await this.followed(name)) ?? (await this.newestOf([name]))[0];
    this.seen.add(name, newest?.generation ?? NONE);
    return newest;
  }

  override async newestOf(names: readonly string[]): Promise<G[]> {
    if (names.length === 0) return [];
    const found = await this.log.find(ASK.newestOf(names), this.database.deadline());
    return [...highest(found).values()].map((document) => this.generationOf(document));
  }

  override async list({ after = '', limit, names }: Page & NameFilter): Promise<G[]> {
    const until = this.database.deadline();
    const wanted = rowLimit(limit);
    const rest = (from: string): Query =>
      names ? ASK.listNamed(names.filter((name) => comesAfter(name, from))) : ASK.list(from);
    const page: GenerationDocument[] = [];
    for (let from = after; page.length < wanted;) {
      const asked = wanted - page.length;
      const found = await this.log.find(rest(from), until, { limit: asked });
      page.push(...(await this.onlyNewest(found, until)));
      if (found.length < asked) break;
      from = found.at(-1)!.name;
    }
    return page.map((document) => this.generationOf(document));
  }

  override lastDeleted(limit: number): Promise<G[]> {
    return this.newestAmong(ASK.lastDeleted(), rowLimit(limit));
  }

  override async generations(
    name: string,
    { before = Number.MAX_SAFE_INTEGER, limit }: { before?: number; limit: number },
  ): Promise<G[]> {
    if (rowLimit(limit) === 0) return [];
    const options = { limit: rowLimit(limit) };
    const found = await this.log.find(ASK.generations(name, before), this.database.deadline(), options);
    return found.map((document) => this.generationOf(document));
  }

  override unpublished(limit: number): Promise<G[]> {
    return this.newestAmong(ASK.unpublished(), rowLimit(limit));
  }

  /** Those before it are not the newest, so they are told of no more. */
  override async published(name: string, generation: number): Promise<void> {
    const filter = { _id: joined(name, padded(generation)) };
    await this.log.set(filter, { published: true }, this.database.deadline());
  }

  override async prune(name: string, keep: number): Promise<void> {
    const until = this.database.deadline();
    const newest = highest(await this.log.find(ASK.newestOf([name]), until, { fields: ['name', 'generation'] }));
    const generation = newest.get(name)?.generation;
    if (generation !== undefined) await this.log.remove(ASK.upTo(name, generation - Math.max(1, keep)), until);
  }

  /** What the queries look at, beside the document itself. */
  protected indexed(entry: G): Pick<GenerationDocument, 'deleted' | 'apps'> {
    return { deleted: entry.deleted };
  }

  /** Those of them that are the newest of their name. The others are marked, where whoever had to do it ended before. */
  protected async onlyNewest<D extends Pick<GenerationDocument, '_id' | 'name' | 'generation'>>(
    found: readonly D[],
    until: Deadline,
  ): Promise<D[]> {
    if (found.length === 0) return [];
    const newest = await this.newestIn(found, until);
    for (const document of found) if (!newest.has(document)) this.superseded.add(document._id);
    return [...newest];
  }

  /**
   * By ids, where a server finds nothing else quickly: the log has no holes, so an entry that was there before, and has
   * no next one, is the newest.
   * @returns undefined when it cannot be found so
   */
  private async followed(name: string): Promise<G | undefined> {
    const known = this.seen.generation(name) ?? NONE;
    if (!this.database.server.findsOnlyById || known === NONE) return undefined;
    const until = this.database.deadline();
    const at = (generation: number) => this.log.first(ASK.one(name, generation), until);
    let [newest, next] = await Promise.all([at(known), at(known + 1)]);
    for (let after = known + 2; newest && next && after < known + FOLLOWED; after++) {
      newest = next;
      next = await at(after);
    }
    return newest && !next ? this.generationOf(newest) : undefined;
  }

  /** Asks only for what it needs: of a few, on a server that finds by ids alone, whether each has a next one. */
  private async newestIn<D extends Pick<GenerationDocument, 'name' | 'generation'>>(
    found: readonly D[],
    until: Deadline,
  ): Promise<Set<D>> {
    const fields = ['name', 'generation'] as const;
    if (this.database.server.findsOnlyById && found.length <= FOLLOWED) {
      const nextOf = ({ name, generation }: D) => this.log.find(ASK.one(name, generation + 1), until, { fields });
      const next = await Promise.all(found.map(nextOf));
      return new Set(found.filter((_, index) => next[index]!.length === 0));
    }
    const names = [...new Set(found.map(({ name }) => name))];
    const newest = highest(await this.log.find(ASK.newestOf(names), until, { fields }));
    return new Set(found.filter(({ name, generation }) => (newest.get(name)?.generation ?? NONE) <= generation));
  }

  private async newestAmong(query: Query, wanted: number): Promise<G[]> {
    const until = this.database.deadline();
    for (let asked = wanted; asked > 0; asked *= 2) {
      const found = await this.log.find(query, until, { limit: asked });
      const newest = await this.onlyNewest(found, until);
      if (newest.length >= wanted || found.length < asked)
        return newest.slice(0, wanted).map((document) => this.generationOf(document));
    }
    return [];
  }

  private async tryToAppend(document: GenerationDocument, isAgain: boolean, until: Deadline): Promise<boolean> {
    const { name, generation } = document;
    const isOurs = async (): Promise<boolean | undefined> => {
      const kept = await this.log.first(ASK.one(name, generation), until);
      return kept && kept.write === document.write;
    };
    const before = isAgain ? await isOurs() : undefined;
    if (before !== undefined) return before;
    if (!(await this.isNext(document, until))) return false;
    if (await this.log.insert(document, until)) return true;
    // Refused as there already: by another's, or by our own of an earlier attempt.
    return isAgain && (await isOurs()) === true;
  }

  /** The log of a name has no holes: what follows an entry that is there, and is not there itself, is the next. */
  private async isNext({ name, generation }: GenerationDocument, until: Deadline): Promise<boolean> {
    const before = generation - 1;
    if (this.seen.isFresh(name, before)) return true;
    if (before === NONE) return (await this.log.first(ASK.newestOf([name]), until)) === undefined;
    return (await this.log.first(ASK.one(name, before), until)) !== undefined;
  }

  private stored({ name, generation }: G): void {
    this.seen.add(name, generation);
    const before = generation - 1;
    if (before !== NONE) this.superseded.add(joined(name, padded(before)));
  }

  private documentOf(entry: G): GenerationDocument {
    const { name, generation } = entry;
    return {
      _id: joined(name, padded(generation)),
      name,
      generation,
      ...this.indexed(entry),
      newest: true,
      published: false,
      stored: this.clock.next(),
      write: randomUUID(),
      document: JSON.stringify(entry),
    };
  }

  private generationOf({ document }: GenerationDocument): G {
    return JSON.parse(document) as G;
  }
}

function highest<D extends Pick<GenerationDocument, 'name' | 'generation'>>(found: readonly D[]): Map<string, D> {
  const byName = new Map<string, D>();
  for (const document of found)
    if ((byName.get(document.name)?.generation ?? 0) < document.generation) byName.set(document.name, document);
  return byName;
}

const comesAfter = (name: string, other: string): boolean => Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;
