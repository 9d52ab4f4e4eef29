import type { CollectionName } from './indexes';
import { DETAIL_QUERIES, GENERATION_QUERIES, GROUP_QUERIES, HOST_QUERIES, META_QUERIES, type Query } from './queries';

type Samples<Queries> = { [Name in keyof Queries]: Query | Query[] };

const generations: Samples<typeof GENERATION_QUERIES> = {
  one: GENERATION_QUERIES.one('web', 1),
  newestOf: GENERATION_QUERIES.newestOf(['web', 'db']),
  list: GENERATION_QUERIES.list('web'),
  listNamed: GENERATION_QUERIES.listNamed(['web', 'db']),
  lastDeleted: GENERATION_QUERIES.lastDeleted(),
  generations: GENERATION_QUERIES.generations('web', 9),
  unpublished: GENERATION_QUERIES.unpublished(),
  upTo: GENERATION_QUERIES.upTo('web', 9),
};
const groups: Samples<typeof GROUP_QUERIES> = { listing: GROUP_QUERIES.listing('web') };

const inGroup = { group: 'g', since: 1, generation: 1, apps: ['web', 'db'] };
const change = { app: 'web', groups: ['g'], since: 1, generation: 1 };
const hosts: Samples<typeof HOST_QUERIES> = {
  one: HOST_QUERIES.one('h'),
  many: HOST_QUERIES.many(['h', 'i']),
  written: HOST_QUERIES.written(['h', 'i'], 'w'),
  page: HOST_QUERIES.page('h'),
  pageOfGroup: HOST_QUERIES.pageOfGroup('g', 'h'),
  silentSince: HOST_QUERIES.silentSince(1),
  stillSilent: HOST_QUERIES.stillSilent(['h', 'i'], 1),
  silent: [HOST_QUERIES.silent('web', ['g'], 1), HOST_QUERIES.silent('web', [], 1)],
  concerned: HOST_QUERIES.concerned('web', ['g', 'k']),
  saying: HOST_QUERIES.saying(change, 'converged'),
  failing: HOST_QUERIES.failing(change),
  failingFor: HOST_QUERIES.failingFor(change, 'web\u0001exited'),
  warning: HOST_QUERIES.warning('web', ['g'], 1),
  warningOf: HOST_QUERIES.warningOf('web', ['g'], 1, 'web\u0001no memory limits'),
  silentInGroup: HOST_QUERIES.silentInGroup('g', 1),
  inGroup: HOST_QUERIES.inGroup('g'),
  settledInGroup: (['converged', 'waiting', 'failed'] as const).map((verdict) =>
    HOST_QUERIES.settledInGroup(inGroup, verdict),
  ),
  anywhere: HOST_QUERIES.anywhere('web'),
};

const filters = [{}, { host: 'h' }, { app: 'web' }, { host: 'h', app: 'web' }].flatMap((place) =>
  [{}, { state: 'exited' }, { health: 'healthy' }, { state: 'exited', health: 'healthy' }].map((filter) => ({
    ...place,
    ...filter,
  })),
);
const details: Samples<typeof DETAIL_QUERIES> = {
  one: DETAIL_QUERIES.one('d'),
  many: DETAIL_QUERIES.many(['d', 'e']),
  page: filters.map((filter) => DETAIL_QUERIES.page(filter, 'h')),
  ofHosts: DETAIL_QUERIES.ofHosts(['h', 'i'], 1),
  leftOver: DETAIL_QUERIES.leftOver('h', 1, ['d']),
};
const meta: Samples<typeof META_QUERIES> = {
  one: META_QUERIES.one('check'),
  many: META_QUERIES.many(['h', 'i']),
  before: META_QUERIES.before('forgotten', 1),
  last: META_QUERIES.last('identity'),
};

const of = (collection: CollectionName, samples: Record<string, Query | Query[]>): [string, CollectionName, Query][] =>
  Object.entries(samples).flatMap(([name, sample]) =>
    [sample].flat().map((query): [string, CollectionName, Query] => [`${collection}: ${name}`, collection, query]),
  );

/** Each query that the adapter makes, once at least: for the tests of what serves them. */
export const SAMPLES = [
  ...of('apps', generations),
  ...of('device_groups', { ...generations, ...groups }),
  ...of('hosts', hosts),
  ...of('host_apps', details),
  ...of('meta', meta),
];
