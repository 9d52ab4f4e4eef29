import { DomainError } from '@nebula/domain';

/** SQLite's primary result codes that say that the file, not the statement, is at fault; in words for a person. */
const AWAY: Readonly<Record<number, string>> = {
  3: 'may not be opened',
  5: 'is in use by another process',
  6: 'is in use by another connection',
  7: 'needs more memory than there is',
  8: 'can only be read, not written',
  10: 'could not be read or written by the disk',
  11: 'is damaged',
  13: 'has no room: the disk is full',
  14: 'cannot be opened',
  15: 'cannot be locked',
  23: 'may not be opened',
  26: 'is not a database, or is damaged',
};

const LOCKED = 5;
const DAMAGED = [11, 26];

/** SQLite's primary result code of an error that node:sqlite threw; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  const code = fieldOf(error, 'errcode');
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** By its fields, never by its class: errors that Node makes are of another realm's class under some runners. */
function fieldOf(error: unknown, field: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[field] : undefined;
}

export function storeAway(why: string): DomainError {
  return new DomainError('unavailable', 'store-away', `the store ${why}`);
}

/** What callers of a port get for an error: a defect of ours stays what it is, all else says that the store is away. */
export function whileOpen(error: unknown): unknown {
  const why = AWAY[sqliteCode(error) ?? -1];
  return why === undefined ? error : storeAway(why);
}

/** The same for BEGIN and COMMIT themselves, whose failing is never a defect of one write. */
export function whileCommitting(error: unknown): unknown {
  const known = whileOpen(error);
  return known === error && sqliteCode(error) !== undefined ? storeAway('could not commit') : known;
}

/** What stops the start: with codes of their own for what a person has to put right. */
export function whileOpening(error: unknown, file: string): unknown {
  if (error instanceof DomainError) return error;
  const code = sqliteCode(error);
  const why = AWAY[code ?? -1];
  if (code === LOCKED)
    return new DomainError('unavailable', 'store-locked', `the store ${file} is in use by another process`);
  if (code !== undefined && DAMAGED.includes(code))
    return new DomainError('unavailable', 'store-damaged', `the store ${file} ${why}: put a backup in its place`);
  if (why !== undefined) return new DomainError('unavailable', 'store-away', `the store ${file} ${why}`);
  const system = fieldOf(error, 'code');
  if (typeof system !== 'string' || fieldOf(error, 'syscall') === undefined) return error;
  return new DomainError('unavailable', 'store-away', `the store ${file} cannot be opened (${system})`);
}
