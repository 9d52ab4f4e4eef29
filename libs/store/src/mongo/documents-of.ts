import type { DomainError } from '@nebula/domain';
import type { Model } from 'mongoose';
import type { Deadline } from './deadline';
import { isDuplicate, storeAway, storeUnknown, whileReading, whileWriting } from './mongo-errors';
import type { Query } from './queries';

type Filter = Record<string, unknown>;
type Fields = Record<string, unknown>;

/** One of many writes: a new document, or fields of the one that the filter finds. */
export type Write<T> = { insert: T } | { filter: Filter; set: Fields };

const LATE = 'did not answer in time';

/** The way to the server. */
export interface Access {
  /** @throws DomainError when there is none */
  assertOpen(): void;
  /** Sends a write when it may be sent. */
  inTurn<R>(write: () => Promise<R>): Promise<R>;
}

/**
 * One collection. Reads reject with 'store-away'; writes with that only when nothing was sent, else with
 * 'store-unknown'. No call takes longer than its deadline.
 */
export class DocumentsOf<T extends { _id: string }> {
  constructor(
    private readonly model: Model<T>,
    private readonly access: Access,
  ) {}

  find(
    { filter, sort }: Query,
    until: Deadline,
    { limit = 0, fields }: { limit?: number; fields?: readonly (keyof T & string)[] } = {},
  ): Promise<T[]> {
    const projection = fields && Object.fromEntries(fields.map((field) => [field, 1]));
    return this.read(until, () =>
      this.model
        .find(filter as never, projection, { ...(sort ? { sort } : {}), limit })
        .lean<T[]>()
        .exec(),
    );
  }

  async first(query: Query, until: Deadline): Promise<T | undefined> {
    return (await this.find(query, until, { limit: 1 }))[0];
  }

  count({ filter }: Query, until: Deadline): Promise<number> {
    return this.read(until, () => this.model.countDocuments(filter as never).exec());
  }

  /** How often each text that `within` takes stands in the arrays of this field. */
  tally({ filter }: Query, field: string, within: Filter, until: Deadline): Promise<{ _id: string; times: number }[]> {
    return this.read(until, () =>
      this.model
        .aggregate<{
          _id: string;
          times: number;
        }>([
          { $match: filter },
          { $unwind: `$${field}` },
          { $match: { [field]: within } },
          { $group: { _id: `$${field}`, times: { $sum: 1 } } },
        ])
        .exec(),
    );
  }

  /** @returns false: there is one of that id (or of other unique fields) already */
  async insert(document: T, until: Deadline): Promise<boolean> {
    try {
      await this.write(until, () => this.model.collection.insertOne(document as never));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async insertNew(documents: readonly T[], until: Deadline): Promise<void> {
    if (documents.length === 0) return;
    await this.write(until, () => this.model.collection.insertMany([...documents] as never, { ordered: false }));
  }

  /**
   * Many as one, in no order, each for itself.
   * @returns false: of some there was one of that id already, or none that the filter finds
   */
  async writeEach(writes: readonly Write<T>[], until: Deadline): Promise<boolean> {
    const operations = writes.map((each) =>
      'insert' in each
        ? { insertOne: { document: each.insert } }
        : { updateOne: { filter: each.filter, update: { $set: each.set } } },
    );
    try {
      const done = await this.write(until, () =>
        this.model.collection.bulkWrite(operations as never, { ordered: false }),
      );
      return done.insertedCount + done.matchedCount === writes.length;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** @returns whether there was such a document */
  async set(filter: Filter, fields: Fields, until: Deadline): Promise<boolean> {
    const { matchedCount } = await this.write(until, () =>
      this.model.updateOne(filter as never, { $set: fields } as never).exec(),
    );
    return matchedCount > 0;
  }

  /** Makes the document when there is none. */
  async put(filter: Filter, fields: Fields, until: Deadline): Promise<void> {
    await this.write(until, () =>
      this.model.updateOne(filter as never, { $set: fields } as never, { upsert: true }).exec(),
    );
  }

  /** @returns how many there were */
  async remove({ filter }: Query, until: Deadline): Promise<number> {
    return (await this.write(until, () => this.model.deleteMany(filter as never).exec())).deletedCount;
  }

  /** One command for all, each found by its id alone. */
  async removeEach(ids: readonly string[], until: Deadline): Promise<void> {
    if (ids.length === 0) return;
    const deletes = ids.map((id) => ({ deleteOne: { filter: { _id: id } } }));
    await this.write(until, () => this.model.collection.bulkWrite(deletes as never, { ordered: false }));
  }

  private async read<R>(until: Deadline, work: () => Promise<R>): Promise<R> {
    this.access.assertOpen();
    try {
      return await until.before(work(), () => storeAway(LATE));
    } catch (error) {
      throw whileReading(error);
    }
  }

  private async write<R>(until: Deadline, work: () => Promise<R>): Promise<R> {
    this.access.assertOpen();
    let [isSent, isLate] = [false, false];
    // What is not sent in time never is, so that much is certain.
    const send = async (): Promise<R> => {
      if (isLate || until.isOver) throw storeAway(LATE);
      isSent = true;
      return work();
    };
    const late = (): DomainError => {
      isLate = true;
      return isSent ? storeUnknown(LATE) : storeAway(LATE);
    };
    try {
      return await until.before(this.access.inTurn(send), late);
    } catch (error) {
      throw whileWriting(error);
    }
  }
}
