import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GroupCommit } from './group-commit';
import { migrate, MIGRATIONS, type Migration } from './migrations';
import { Statements } from './statements';
import { storeAway, whileOpen, whileOpening } from './store-away';

export const DATABASE_FILE = 'nebula.db';

export interface OpenOptions {
  /** How long the start waits for a process that is about to let go of the file. */
  busyTimeoutMs?: number;
  migrations?: readonly Migration[];
}

/**
 * The embedded store's one file. It is this process's alone while it is open (a second process is refused), so no
 * write ever waits for another process, and the event loop with it.
 */
export class SqliteDatabase {
  private readonly statements: Statements;
  private readonly commits: GroupCommit;
  private readonly inode: number;

  private constructor(
    private readonly database: DatabaseSync,
    readonly file: string,
  ) {
    this.statements = new Statements(database);
    this.inode = statSync(file).ino;
    this.commits = new GroupCommit(database, () => this.assertKept());
  }

  /**
   * Opens the store in this folder, or makes one there.
   * @throws DomainError('unavailable', 'store-away' | 'store-locked' | 'store-damaged' | 'store-newer')
   */
  static open(folder: string, options: OpenOptions = {}): SqliteDatabase {
    const file = join(folder, DATABASE_FILE);
    let database: DatabaseSync | undefined;
    try {
      makeOwnerOnly(folder, file);
      database = new DatabaseSync(file, { timeout: options.busyTimeoutMs ?? 2000 });
      // WAL after the exclusive lock: the index of the log is then kept in memory, not in a file shared with others.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      // The lock is taken with the first transaction, and kept.
      database.exec('BEGIN IMMEDIATE; COMMIT;');
      migrate(database, options.migrations ?? MIGRATIONS);
      return new SqliteDatabase(database, file);
    } catch (error) {
      database?.close();
      throw whileOpening(error, file);
    }
  }

  /** Sees every write whose promise has resolved. */
  async read<T>(work: (sql: Statements) => T): Promise<T> {
    this.assertOpen();
    try {
      return work(this.statements);
    } catch (error) {
      throw whileOpen(error);
    }
  }

  /** Carried out with other writes of this turn of the event loop; resolves once it is on the disk. */
  async write<T>(work: (sql: Statements) => T): Promise<T> {
    this.assertOpen();
    return this.commits.write(() => work(this.statements));
  }

  /** Commits what waits, and lets go of the file. */
  close(): void {
    if (!this.database.isOpen) return;
    this.commits.drain();
    this.database.close();
  }

  private assertOpen(): void {
    if (!this.database.isOpen) throw storeAway('is closed');
  }

  /** A file that was removed or replaced under us still takes writes, which nobody would ever find again. */
  private assertKept(): void {
    if (statSync(this.file, { throwIfNoEntry: false })?.ino !== this.inode)
      throw storeAway(`${this.file} was moved or removed while in use: put it back, or start again`);
  }
}

/**
 * A folder of our own making is the owner's alone; one that was there keeps its mode, for it may be everybody's.
 * The file is never opened here once it exists: closing it again would drop SQLite's lock on it.
 */
function makeOwnerOnly(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
  chmodSync(file, 0o600);
}
