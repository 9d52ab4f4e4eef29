import { ParameterError } from '../problem/parameter-error';

/** A place in a list, opaque to clients. It names its list, so that one list's cursor is not taken for another's. */
export const encodeCursor = (list: string, place: string): string =>
  Buffer.from(`${list}\n${place}`, 'utf8').toString('base64url');

/** @throws ParameterError when it is not a cursor of this list */
export function decodeCursor(list: string, cursor: string): string {
  const place = Buffer.from(cursor, 'base64url')
    .toString('utf8')
    .slice(list.length + 1);
  // Both decoders skip what they can't read: only a cursor that encodes to itself again is one of ours.
  if (encodeCursor(list, place) === cursor) return place;
  throw new ParameterError('invalid-query', [{ parameter: 'cursor', detail: 'is not a cursor of this list' }]);
}
