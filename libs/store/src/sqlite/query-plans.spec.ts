import { DatabaseSync } from 'node:sqlite';
import { containerPage } from './container-page';
import { HOST_APP_SQL, HOST_SQL } from './host-sql';
import { migrate, MIGRATIONS } from './migrations';
import { ROLLOUT_SQL } from './rollout-sql';
import { GENERATION_SQL } from './sqlite-generation-store';
import { GROUP_SQL } from './sqlite-group-store';
import { IDENTITY_SQL } from './sqlite-store-identity';

const database = new DatabaseSync(':memory:');
migrate(database, MIGRATIONS);
afterAll(() => database.close());

function planOf(sql: string): string[] {
  const names = [...new Set([...sql.matchAll(/:([a-zA-Z_]+)/g)].map((match) => match[1]!))];
  const values = Object.fromEntries(names.map((name) => [name, /names|groups|apps/.test(name) ? '[]' : 1]));
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[];
  return rows.map(({ detail }) => detail);
}

const filters = [{}, { host: 'h' }, { app: 'a' }, { host: 'h', app: 'a' }].flatMap((place) =>
  [{}, { state: 's' }, { health: 'h' }, { state: 's', health: 'h' }].map((filter) => ({ ...place, ...filter })),
);
const pages = filters.map((filter) => [
  `containers by ${Object.keys(filter).join(', ') || 'nothing'}`,
  containerPage({ ...filter, limit: 1 }).sql,
]);
const queries = [GENERATION_SQL, GROUP_SQL, HOST_SQL, HOST_APP_SQL, IDENTITY_SQL, ROLLOUT_SQL]
  .flatMap((all): string[][] => Object.entries(all))
  .concat(pages) as [string, string][];

/** What the query itself makes: subqueries, and the names that it was given. */
const OWN = /^SCAN (json_each|c|f|\(subquery-\d+\)) ?/;

it.each(queries)('%s is served by the indexes that it names, and walks through no table', (_name, sql) => {
  const plan = planOf(sql);
  expect(plan.filter((step) => step.startsWith('SCAN') && !OWN.test(step))).toEqual([]);
  const indexes = /\/\* by (.+?) \*\//.exec(sql)?.[1]?.split(', ') ?? [];
  for (const index of indexes) expect(plan.join('\n')).toContain(index);
  if (!sql.includes('INSERT')) expect(indexes).not.toEqual([]);
});

it.each(queries.filter(([, sql]) => sql.includes('LIMIT')))(
  '%s reads its page in order, without sorting',
  (_name, sql) => {
    expect(planOf(sql).filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  },
);

it('every index that is made serves a query', () => {
  const rows = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`).all();
  const used = queries.flatMap(([, sql]) => planOf(sql)).join('\n');
  expect((rows as { name: string }[]).filter(({ name }) => !used.includes(name))).toEqual([]);
});
