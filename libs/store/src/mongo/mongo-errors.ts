import { DomainError } from '@nebula/domain';
import { mongo } from 'mongoose';

const { MongoError } = mongo;

const DUPLICATE_KEY = 11_000;

/** The driver gave up before it sent anything. */
const NEVER_SENT = new Set([
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongooseError',
]);

const NO_WAY_THERE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
const HANDSHAKE = 'HandshakeError';

/** NotWritablePrimary, NotPrimaryNoSecondaryOk, and a login that is refused: the server did nothing. */
const NOTHING_DONE = new Set([10_107, 13_435, 13, 18]);

/** BadValue, FailedToParse, TypeMismatch: what we asked for is wrong, and stays so. */
const OUR_FAULT = new Set([2, 9, 14]);

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}

/** Also of a bulk in which that was the only fault. */
export const isDuplicate = (error: unknown): boolean => field(error, 'code') === DUPLICATE_KEY;

export function storeAway(why: string): DomainError {
  return new DomainError('unavailable', 'store-away', `The store ${why}. Nothing was changed.`);
}

export function storeUnknown(why: string): DomainError {
  return new DomainError(
    'unavailable',
    'store-unknown',
    `The store ${why}. The change may have been stored: look, or ask for it again.`,
  );
}

export const isUnknown = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code === 'store-unknown';

/** Nothing was sent: no connection was there for it, or none could be made. */
function wasNeverSent(error: unknown): boolean {
  if (NEVER_SENT.has(String(field(error, 'name')))) return true;
  const cause = field(error, 'cause');
  if (field(cause, 'syscall') === 'connect' || NO_WAY_THERE.has(String(field(cause, 'code')))) return true;
  return field(error, 'beforeHandshake') === true || (error instanceof MongoError && error.hasErrorLabel(HANDSHAKE));
}

/** By name and code alone: the driver's own words may hold addresses, and are for nobody who calls the api. */
function wordsFor(error: unknown): string {
  const code = field(error, 'code');
  if (code === 13 || code === 18) return 'refuses our login';
  if (wasNeverSent(error)) return 'cannot be reached';
  return typeof code === 'number' ? `did not do it (code ${code})` : 'did not answer';
}

const isOurs = (error: unknown): boolean =>
  error instanceof DomainError ||
  !/^(Mongo|PoolCleared)/.test(String(field(error, 'name'))) ||
  OUR_FAULT.has(Number(field(error, 'code')));

/** What callers get when a read failed: a defect of ours stays what it is. */
export function whileReading(error: unknown): unknown {
  return isOurs(error) ? error : storeAway(wordsFor(error));
}

/** What callers get when a write failed: certainly not stored, or nobody knows. */
export function whileWriting(error: unknown): unknown {
  if (isOurs(error) || isDuplicate(error)) return error;
  const certain = wasNeverSent(error) || NOTHING_DONE.has(Number(field(error, 'code')));
  return certain ? storeAway(wordsFor(error)) : storeUnknown(wordsFor(error));
}
