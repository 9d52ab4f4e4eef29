import { parsePlace, type Place } from '../container-place';
import type { ContainerQuery } from '../host-store';
import type { Values } from './statements';

const ORDER = ['host', 'app', 'ordinal', 'id'] as const;
const FIRST: Place = { host: '', app: '', ordinal: -1, id: '' };
/** After every row: no text is above the last code point. */
const LAST: Place = { host: '\u{10FFFF}', app: '\u{10FFFF}', ordinal: Number.MAX_SAFE_INTEGER, id: '\u{10FFFF}' };

/** The indexes are named by what is asked for; a host's own containers are few, so its other filters need none. */
function indexFor({ host, app, state, health }: ContainerQuery): string {
  if (host !== undefined) return 'PRIMARY KEY';
  const by = (state !== undefined && health !== undefined && 'both') || (state !== undefined && 'state');
  const filter = by || (health !== undefined && 'health');
  if (app !== undefined) return filter ? `container_of_app_by_${filter}` : 'container_of_app';
  return filter ? `container_by_${filter}` : 'PRIMARY KEY';
}

/** @returns the query of one page, with its values but for the limit */
export function containerPage(query: ContainerQuery): { sql: string; values: Values } {
  const { host, app, state, health } = query;
  const wanted = Object.entries({ host, app, state, health }).filter((entry) => entry[1] !== undefined);
  const free = ORDER.filter((column) => !wanted.some(([name]) => name === column));
  const start = startAfter(query.after === undefined ? FIRST : parsePlace(query.after), query);
  const index = indexFor(query);
  const source = index === 'PRIMARY KEY' ? 'container' : `container INDEXED BY ${index}`;
  const conditions = [
    ...wanted.map(([name]) => `${name} = :${name}`),
    `(${free.join(', ')}) > (${free.map((column) => `:after_${column}`).join(', ')})`,
  ];
  return {
    sql: `/* by ${index} */
      SELECT host, app, document FROM ${source} WHERE ${conditions.join(' AND ')} ORDER BY ${free.join(', ')} LIMIT :limit`,
    values: Object.fromEntries([
      ...wanted.map(([name, value]) => [name, value!]),
      ...free.map((column) => [`after_${column}`, start[column]]),
    ]) as Values,
  };
}

/** The cursor seen from the columns that are not fixed by the query: one that is fixed may lie before or after it. */
function startAfter(cursor: Place, query: ContainerQuery): Place {
  const start: Place = { ...cursor };
  let rest: Place | undefined;
  for (const column of ORDER) {
    if (rest) Object.assign(start, { [column]: rest[column] });
    const fixed = column === 'host' || column === 'app' ? query[column] : undefined;
    if (fixed === undefined || rest) continue;
    const order = Buffer.compare(Buffer.from(String(cursor[column])), Buffer.from(fixed));
    if (order < 0) rest = FIRST;
    if (order > 0) rest = LAST;
  }
  return start;
}
