import { DatabaseSync } from 'node:sqlite';
import { containerPage } from './container-page';
import { HOST_SQL } from './host-sql';
import { migrate, MIGRATIONS } from './migrations';

const HOSTS = 100_000;
const LIMIT = 50;

const database = new DatabaseSync(':memory:');
let stepped = 0;

/** A fleet of this size, each host with one app and its container; every tenth in a group, or not running. */
function fill(): void {
  migrate(database, MIGRATIONS);
  database.exec(`
    BEGIN;
    CREATE TEMP TABLE number AS
      WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ${HOSTS})
      SELECT n, printf('host-%06d', n) AS host FROM up;
    INSERT INTO host SELECT host, 's', 1, 0, iif(n % 10 = 0, 'edge', NULL), 1, n, n, '{}' FROM number;
    INSERT INTO host_app SELECT 'web', host, 1, iif(n % 10 = 0, 'failed', 'converged'), NULL, 0 FROM number;
    INSERT INTO container
      SELECT host, 'web', 1, 'c', iif(n % 10 = 0, 'exited', 'running'), iif(n % 10 = 1, 'unhealthy', ''), '{}' FROM number;
    COMMIT;`);
  database.function('stepped', () => {
    stepped += 1;
    return 1;
  });
}

beforeAll(fill);
afterAll(() => database.close());

/** How many rows the query looked at: the condition is asked of each, before all others. */
function rowsSteppedBy(sql: string, values: Record<string, string | number>): { rows: number; looked: number } {
  stepped = 0;
  const rows = database.prepare(sql.replaceAll('WHERE ', 'WHERE stepped() AND ')).all(values).length;
  return { rows, looked: stepped };
}

const middle = 'host-050000';
const after = `${middle}\nweb\n1\nc`;
const containers = [{}, { app: 'web' }, { state: 'exited' }, { health: 'unhealthy' }, { app: 'web', state: 'exited' }];
const pages: [string, string, Record<string, string | number>][] = [
  ['hosts', HOST_SQL.hosts, { after: middle }],
  ['hosts of a group', HOST_SQL.hostsOfGroup, { after: middle, group: 'edge' }],
  ['ids of a group', HOST_SQL.idsOfGroup, { group: 'edge' }],
  ['silent hosts', HOST_SQL.hostsSilentSince, { before: HOSTS }],
  ...containers.map((query): [string, string, Record<string, string | number>] => {
    const { sql, values } = containerPage({ ...query, after, limit: LIMIT });
    return [`containers by ${Object.keys(query).join(' and ') || 'nothing'}`, sql, values as Record<string, string>];
  }),
];

it.each(pages)('a page of %s, from the middle of 100,000 hosts, looks at its own rows alone', (_of, sql, values) => {
  const { rows, looked } = rowsSteppedBy(sql, { ...values, limit: LIMIT });
  expect(rows).toBe(LIMIT);
  // Twice: a host's own apps are looked at with it.
  expect(looked).toBeLessThanOrEqual(2 * LIMIT + 2);
});

it('what is counted would show a query that walks through the fleet', () => {
  const walking = `SELECT id FROM host NOT INDEXED WHERE said || :after = '' LIMIT :limit`;
  expect(rowsSteppedBy(walking, { after: '', limit: LIMIT })).toEqual({ rows: 0, looked: HOSTS });
});
