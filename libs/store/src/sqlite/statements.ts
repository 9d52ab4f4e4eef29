import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type Values = Record<string, SQLInputValue>;

/** Runs SQL with named values (`:name`), each text prepared once. */
export class Statements {
  private readonly prepared = new Map<string, StatementSync>();

  constructor(private readonly database: DatabaseSync) {}

  all<Row>(sql: string, values: Values = {}): Row[] {
    return this.prepare(sql).all(values) as Row[];
  }

  get<Row>(sql: string, values: Values = {}): Row | undefined {
    return this.prepare(sql).get(values) as Row | undefined;
  }

  /** @returns the row id that an INSERT made, and how many rows changed */
  run(sql: string, values: Values = {}): { id: number; changes: number } {
    const { lastInsertRowid, changes } = this.prepare(sql).run(values);
    return { id: Number(lastInsertRowid), changes: Number(changes) };
  }

  private prepare(sql: string): StatementSync {
    const known = this.prepared.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }
}
