import type { GenerationDocument } from './documents';
import type { DocumentsOf } from './documents-of';
import type { MongoDatabase } from './mongo-database';

/** More would keep changes waiting for longer than a server of one writer needs for one. */
const MARKED_TOGETHER = 8;

/** Marks what is the newest no more, a little later. Readers know without the mark; it keeps what they look at small. */
export class SupersededMarks {
  /** What is not marked yet. */
  private readonly ids = new Set<string>();

  constructor(
    private readonly database: MongoDatabase,
    private readonly log: DocumentsOf<GenerationDocument>,
  ) {}

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size === 1) this.database.inBackground(this.write());
  }

  private async write(): Promise<void> {
    await this.database.breath();
    while (this.ids.size > 0) {
      const ids = [...this.ids].slice(0, MARKED_TOGETHER);
      const marks = ids.map((_id) => ({ filter: { _id }, set: { newest: false, published: true } }));
      await this.log.writeEach(marks, this.database.deadline()).catch(() => undefined);
      for (const id of ids) this.ids.delete(id);
    }
  }
}
