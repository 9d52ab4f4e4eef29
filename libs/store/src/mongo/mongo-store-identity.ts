import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { checkIdentity, StoreIdentity } from '../desired-store';
import type { Deadline } from './deadline';
import type { MetaDocument } from './documents';
import type { MongoDatabase } from './mongo-database';
import { isUnknown, storeAway } from './mongo-errors';
import { META_QUERIES } from './queries';
import { joined, padded } from './tokens';

/** As old as an answer may be: a database that was emptied or replaced is noticed within it. */
const CACHED_MS = 1_000;
/** Until no replica's answer is older: what one was reading just then has a little longer to come. */
const KNOWN_MS = CACHED_MS + 100;
const ATTEMPTS = 5;
const CHECK = 'check';

/** The newest of a log: the insert of the next one is the compare-and-set, because every server does that at once. */
export class MongoStoreIdentity extends StoreIdentity {
  private cached?: { readonly at: number; readonly value: Promise<MetaDocument> };

  constructor(private readonly database: MongoDatabase) {
    super();
  }

  override async id(): Promise<string> {
    const now = performance.now();
    if (!this.cached || now - this.cached.at > CACHED_MS) {
      const cached = { at: now, value: this.read() };
      this.cached = cached;
      // One that failed is asked again by the next, not in a second.
      cached.value.catch(() => {
        if (this.cached === cached) delete this.cached;
      });
    }
    return (await this.cached.value).value;
  }

  override async replace(before: string, next: string): Promise<boolean> {
    checkIdentity(next);
    const isReplaced = await this.replaceNow(before, next);
    if (isReplaced) await pause(KNOWN_MS);
    return isReplaced;
  }

  private async replaceNow(before: string, next: string): Promise<boolean> {
    const until = this.database.deadline();
    delete this.cached;
    let unknown: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        const current = await this.read(until);
        // Our own write got through though its answer did not.
        if (unknown !== undefined && current.value === next) return true;
        if (current.value !== before) return false;
        if (await this.database.meta.insert(identityDocument(current.number + 1, next), until)) return true;
      } catch (error) {
        if (!isUnknown(error)) throw unknown ?? error;
        unknown = error;
      } finally {
        delete this.cached;
      }
    }
    throw unknown ?? storeAway('did not take a new identity');
  }

  override async check(): Promise<void> {
    const until = this.database.deadline();
    const before = await this.database.meta.first(META_QUERIES.one(CHECK), until);
    const document = { kind: CHECK, number: 0, value: randomUUID() };
    await this.database.meta.put({ _id: CHECK }, document, until);
    const after = await this.database.meta.first(META_QUERIES.one(CHECK), until);
    // Another's check may have come after ours: what matters is that something was kept.
    if (!after || after.value === before?.value) throw storeAway('did not keep what was written');
  }

  /** Of an empty database it makes one: whoever inserts it first. */
  private async read(until: Deadline = this.database.deadline()): Promise<MetaDocument> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.database.meta.first(META_QUERIES.last('identity'), until);
      if (found) return found;
      // Emptied while we run: its indexes are gone too.
      await this.database.prepare();
      await this.database.meta.insert(identityDocument(1, randomUUID()), until);
    }
    throw storeAway('keeps losing its identity');
  }
}

function identityDocument(number: number, value: string): MetaDocument {
  return { _id: joined('identity', padded(number)), kind: 'identity', number, value };
}
