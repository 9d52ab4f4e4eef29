import { BY_ID, type Index, INDEXES } from './indexes';
import type { Query } from './queries';
import { SAMPLES } from './queries.contract';

const keysOf = (collection: keyof typeof INDEXES, name: string): [string, 1 | -1][] => {
  const indexes: Record<string, Index> = INDEXES[collection];
  return name === BY_ID ? [['_id', 1]] : Object.entries(indexes[name]?.keys ?? {});
};

const RANGES = ['$gt', '$gte', '$lt', '$lte', '$elemMatch'];
const isRange = (condition: unknown): boolean =>
  typeof condition === 'object' && condition !== null && RANGES.some((operator) => operator in condition);

/** How many of the index's first keys the filter fixes to a value or a list of them. */
function fixedKeys(keys: [string, 1 | -1][], filter: Query['filter']): number {
  const free = keys.findIndex(([key]) => !(key in filter) || isRange(filter[key]));
  return free === -1 ? keys.length : free;
}

/** Whether the rows come out of the index in this order, walked one way or the other. */
function isSorted(keys: [string, 1 | -1][], fixed: number, { filter, sort = {} }: Query): boolean {
  const wanted = Object.entries(sort);
  const isManyValued = (key: string): boolean => typeof filter[key] === 'object';
  // A list of values is walked in the order of its key, when that is what is sorted by first.
  const first = keys.findIndex(([key], place) => place >= fixed || (isManyValued(key) && key === wanted[0]?.[0]));
  const walked = keys.slice(first === -1 ? keys.length : first);
  const turns = new Set(wanted.map(([key, way], place) => (walked[place]?.[0] === key ? way * walked[place][1] : 0)));
  return wanted.length === 0 || (turns.size === 1 && !turns.has(0));
}

const branchesOf = ({ by, filter }: Query): Query['filter'][] =>
  by.length > 1 ? (filter.$or as Query['filter'][]) : [filter];

it.each(SAMPLES)('%s is served by the indexes that it names, in their order', (_name, collection, query) => {
  branchesOf(query).forEach((branch, place) => {
    const keys = keysOf(collection, query.by[place]!);
    expect(keys).not.toEqual([]);
    const fixed = fixedKeys(keys, branch);
    const next = keys[fixed]?.[0];
    expect(fixed > 0 || (next !== undefined && next in branch)).toBe(true);
    expect(isSorted(keys, fixed, query)).toBe(true);
  });
});

it('every index serves a query', () => {
  const unused = Object.entries(INDEXES).flatMap(([collection, indexes]) =>
    Object.keys(indexes).filter((index) => !SAMPLES.some(([, of, { by }]) => of === collection && by.includes(index))),
  );
  expect(unused).toEqual([]);
});
