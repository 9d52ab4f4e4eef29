import { decodeCursor, encodeCursor } from './cursor';
import { anyText, orElse, wholeNumber } from './query';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** What a client asks of a list. */
export interface PageQuery {
  limit: number;
  cursor?: string;
}

export const PAGE_RULES = { limit: orElse(wholeNumber(1, MAX_LIMIT), DEFAULT_LIMIT), cursor: anyText };

export interface PageOf<T> {
  items: T[];
  /** null: this was the last page. */
  nextCursor: string | null;
}

/**
 * One page of a list.
 * @param list names the list in its cursors
 * @param read reads rows after a place, one more than the page has, so that a last page is known for one
 * @param placeOf the place of a row, as `read` takes it
 */
export async function pageOf<Row, Item>(
  list: string,
  query: PageQuery,
  read: (after: string | undefined, limit: number) => Promise<Row[]>,
  placeOf: (row: Row) => string,
  show: (row: Row) => Item,
): Promise<PageOf<Item>> {
  const after = query.cursor === undefined ? undefined : decodeCursor(list, query.cursor);
  const rows = await read(after, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { items: shown.map(show), nextCursor: more ? encodeCursor(list, placeOf(last)) : null };
}
