import type { Generation } from '@nebula/domain';
import { GenerationStore, type NameFilter, type Page } from '../desired-store';
import { rowLimit } from '../row-limit';
import { Remembered } from './remembered';
import type { SqliteDatabase } from './sqlite-database';
import type { Statements } from './statements';

interface Head {
  generation: number;
}

interface Row {
  document: string;
}

/** Each query names the index that serves it; a test holds them to it. */
export const GENERATION_SQL = {
  head: `/* by PRIMARY KEY */
    SELECT generation FROM head WHERE noun = :noun AND name = :name`,
  add: `INSERT INTO generation (noun, name, generation, document) VALUES (:noun, :name, :generation, :document)`,
  moveHead: `INSERT INTO head (noun, name, generation, deleted, published, seq)
    VALUES (:noun, :name, :generation, :deleted, 0, :seq)
    ON CONFLICT (noun, name) DO UPDATE SET generation = :generation, deleted = :deleted, seq = :seq`,
  newestOf: `/* by PRIMARY KEY */
    SELECT g.document FROM head h CROSS JOIN generation g ON g.seq = h.seq
    WHERE h.noun = :noun AND h.name IN (SELECT value FROM json_each(:names)) ORDER BY h.name`,
  list: `/* by head_living */
    SELECT g.document FROM head h CROSS JOIN generation g ON g.seq = h.seq
    WHERE h.noun = :noun AND h.deleted = 0 AND h.name > :after ORDER BY h.name LIMIT :limit`,
  listNamed: `/* by head_living */
    SELECT g.document FROM head h CROSS JOIN generation g ON g.seq = h.seq
    WHERE h.noun = :noun AND h.deleted = 0 AND h.name IN (SELECT value FROM json_each(:names) WHERE value > :after)
    ORDER BY h.name LIMIT :limit`,
  lastDeleted: `/* by head_deleted */
    SELECT g.document FROM head h CROSS JOIN generation g ON g.seq = h.seq
    WHERE h.noun = :noun AND h.deleted = 1 ORDER BY h.seq DESC LIMIT :limit`,
  generations: `/* by generation_of_name */
    SELECT document FROM generation WHERE noun = :noun AND name = :name AND generation < :before
    ORDER BY generation DESC LIMIT :limit`,
  unpublished: `/* by head_unpublished */
    SELECT g.document FROM head h CROSS JOIN generation g ON g.seq = h.seq
    WHERE h.noun = :noun AND h.published < h.generation ORDER BY h.seq LIMIT :limit`,
  published: `/* by PRIMARY KEY */
    UPDATE head SET published = min(generation, :generation)
    WHERE noun = :noun AND name = :name AND published < :generation`,
  prune: `/* by generation_of_name */
    DELETE FROM generation WHERE noun = :noun AND name = :name AND generation <=
      (SELECT generation - :keep FROM head WHERE noun = :noun AND name = :name)`,
} as const;

/** The log of one noun's generations. Documents are kept as JSON, so that whatever name a map's key has comes back. */
export class SqliteGenerationStore<G extends Generation> extends GenerationStore<G> {
  private readonly remembered = new Remembered<G>();

  constructor(
    protected readonly database: SqliteDatabase,
    private readonly noun: 'app' | 'device-group',
  ) {
    super();
  }

  override async append(generation: G): Promise<boolean> {
    const isStored = await this.database.write((sql) => this.add(sql, generation));
    // Whoever reads before this is answered as if the write came later: nobody was told of it yet.
    if (isStored) this.remembered.remember(generation);
    return isStored;
  }

  override newest(name: string): Promise<G | undefined> {
    const values = { noun: this.noun, names: JSON.stringify([name]) };
    // Read and remembered in one go: a write in between would be forgotten.
    return this.database.read((sql) =>
      this.remembered.get(name, () => {
        const row = sql.get<Row>(GENERATION_SQL.newestOf, values);
        return row && (JSON.parse(row.document) as G);
      }),
    );
  }

  override newestOf(names: readonly string[]): Promise<G[]> {
    return this.documents(GENERATION_SQL.newestOf, { names: JSON.stringify(names) });
  }

  override list({ after = '', limit, names }: Page & NameFilter): Promise<G[]> {
    const page = { after, limit: rowLimit(limit) };
    if (!names) return this.documents(GENERATION_SQL.list, page);
    return this.documents(GENERATION_SQL.listNamed, { ...page, names: JSON.stringify(names) });
  }

  override lastDeleted(limit: number): Promise<G[]> {
    return this.documents(GENERATION_SQL.lastDeleted, { limit: rowLimit(limit) });
  }

  override generations(
    name: string,
    { before = Number.MAX_SAFE_INTEGER, limit }: { before?: number; limit: number },
  ): Promise<G[]> {
    return this.documents(GENERATION_SQL.generations, { name, before, limit: rowLimit(limit) });
  }

  override unpublished(limit: number): Promise<G[]> {
    return this.documents(GENERATION_SQL.unpublished, { limit: rowLimit(limit) });
  }

  override async published(name: string, generation: number): Promise<void> {
    await this.database.write((sql) => sql.run(GENERATION_SQL.published, { noun: this.noun, name, generation }));
  }

  override async prune(name: string, keep: number): Promise<void> {
    const values = { noun: this.noun, name, keep: Math.max(1, keep) };
    await this.database.write((sql) => sql.run(GENERATION_SQL.prune, values));
  }

  /** The insert is the compare-and-set: this connection is the only one, and writes come one after the other. */
  protected add(sql: Statements, entry: G): boolean {
    const { name, generation, deleted } = entry;
    const key = { noun: this.noun, name };
    const head = sql.get<Head>(GENERATION_SQL.head, key);
    if (generation !== (head?.generation ?? 0) + 1) return false;
    const { id: seq } = sql.run(GENERATION_SQL.add, { ...key, generation, document: JSON.stringify(entry) });
    sql.run(GENERATION_SQL.moveHead, { ...key, generation, deleted: deleted ? 1 : 0, seq });
    return true;
  }

  private async documents(query: string, values: Record<string, string | number>): Promise<G[]> {
    const rows = await this.database.read((sql) => sql.all<Row>(query, { ...values, noun: this.noun }));
    return rows.map(({ document }) => JSON.parse(document) as G);
  }
}
