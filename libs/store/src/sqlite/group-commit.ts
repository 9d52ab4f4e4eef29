import type { DatabaseSync } from 'node:sqlite';
import { whileCommitting, whileOpen } from './store-away';

interface Waiting {
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

type Outcome = { value: unknown } | { error: unknown };

/** More would hold up the event loop for longer than a disk's flush takes. */
const WRITES_PER_COMMIT = 128;

/**
 * Writes that come in the same turn of the event loop share one COMMIT, because a flush of the disk costs the same for
 * one as for a hundred. Each has a SAVEPOINT of its own: one that fails is rolled back alone. Promises settle after
 * the COMMIT, so a resolved one has happened for certain.
 */
export class GroupCommit {
  private readonly waiting: Waiting[] = [];
  private due = false;

  constructor(
    private readonly database: DatabaseSync,
    /** Throws when a COMMIT would go where nobody finds it again. */
    private readonly assertKept: () => void,
  ) {}

  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: (value) => resolve(value as T), reject });
      this.schedule();
    });
  }

  /** Commits all that waits, at once. */
  drain(): void {
    while (this.waiting.length > 0) this.commit(this.waiting.splice(0, WRITES_PER_COMMIT));
  }

  private schedule(): void {
    if (this.due || this.waiting.length === 0) return;
    this.due = true;
    setImmediate(() => {
      this.due = false;
      this.commit(this.waiting.splice(0, WRITES_PER_COMMIT));
      this.schedule();
    });
  }

  private commit(batch: Waiting[]): void {
    if (batch.length === 0) return;
    let outcomes: Outcome[];
    try {
      this.assertKept();
      this.database.exec('BEGIN IMMEDIATE');
      outcomes = batch.map(({ work }) => this.attempt(work));
      this.database.exec('COMMIT');
    } catch (error) {
      this.rollBack();
      for (const { reject } of batch) reject(whileCommitting(error));
      return;
    }
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index]!;
      if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.value);
    });
  }

  private attempt(work: () => unknown): Outcome {
    this.database.exec('SAVEPOINT one');
    try {
      const value = work();
      this.database.exec('RELEASE one');
      return { value };
    } catch (error) {
      // A full disk or a broken one can end the whole transaction: then nothing of the batch is left to commit.
      if (!this.database.isTransaction) throw error;
      this.database.exec('ROLLBACK TO one; RELEASE one');
      return { error: whileOpen(error) };
    }
  }

  private rollBack(): void {
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
    } catch {
      // The next BEGIN finds out, and says so to its writers.
    }
  }
}
