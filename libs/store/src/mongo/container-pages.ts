import type { ContainerReport } from '@nebula/domain';
import { parsePlace, type Place } from '../container-place';
import type { ContainerQuery, ContainerRow } from '../host-store';
import { rowLimit } from '../row-limit';
import type { Deadline } from './deadline';
import type { DetailDocument } from './documents';
import { rowsOf } from './host-documents';
import type { MongoDatabase } from './mongo-database';
import { DETAIL_QUERIES, HOST_QUERIES } from './queries';
import { joined } from './tokens';

/** Detail documents read at once: each that is valid has one row for the page at least, and a thousand at most. */
const AT_ONCE = 64;

/** One page, in the order of host, app, ordinal and id. Reads as many documents as the page has rows, never the fleet. */
export async function containerPage(
  database: MongoDatabase,
  query: ContainerQuery,
  until: Deadline,
): Promise<ContainerRow[]> {
  const after = query.after === undefined ? undefined : parsePlace(query.after);
  const limit = rowLimit(query.limit);
  const page: ContainerRow[] = [];
  let from = after ? joined(after.host, after.app, '') : '';
  while (page.length < limit) {
    const asked = Math.min(limit - page.length + 1, AT_ONCE);
    const found = await database.hostApps.find(DETAIL_QUERIES.page(query, from), until, { limit: asked });
    for (const detail of await onlyValid(database, found, until)) page.push(...rowsAfter(detail, query, after));
    if (found.length < asked) break;
    from = `${found.at(-1)!._id}\u0000`;
  }
  return page.slice(0, limit);
}

/** A detail counts only while its host's document names it. */
async function onlyValid(
  database: MongoDatabase,
  found: readonly DetailDocument[],
  until: Deadline,
): Promise<DetailDocument[]> {
  if (found.length === 0) return [];
  const ids = [...new Set(found.map(({ host }) => host))];
  const hosts = await database.hosts.find(HOST_QUERIES.many(ids), until, { fields: ['rows'] });
  const valid = new Set(hosts.flatMap((host) => rowsOf(host).map(({ detail }) => detail)));
  return found.filter(({ _id }) => valid.has(_id));
}

function rowsAfter(
  { host, app, containers }: DetailDocument,
  { state, health }: ContainerQuery,
  after: Place | undefined,
): ContainerRow[] {
  const isPlace = after?.host === host && after.app === app;
  return (JSON.parse(containers) as ContainerReport[])
    .filter((row) => (state ?? row.state) === row.state && (health === undefined || health === row.health))
    .filter((row) => !isPlace || comesAfter(row, after))
    .map((row) => ({ ...row, host, app }));
}

const comesAfter = (row: ContainerReport, { ordinal, id }: Place): boolean =>
  row.ordinal > ordinal || (row.ordinal === ordinal && Buffer.compare(Buffer.from(row.id), Buffer.from(id)) > 0);
