import type { ContainerQuery } from '../host-store';
import { BY_ID } from './indexes';
import { beginningWith, joined, kindOf, padded, sinceGeneration } from './tokens';

/** A query as it is asked, beside the indexes of `indexes.ts` that serve it; tests hold it to them. */
export interface Query {
  /** More than one: each serves a branch of its `$or`. */
  by: readonly string[];
  filter: Record<string, unknown>;
  sort?: Record<string, 1 | -1>;
}

/** One by itself: not every server finds it quickly among others. */
const some = (names: readonly string[]) => (names.length === 1 ? names[0] : { $in: [...names] });

export const GENERATION_QUERIES = {
  one: (name: string, generation: number): Query => ({
    by: [BY_ID],
    filter: { _id: joined(name, padded(generation)) },
  }),
  newestOf: (names: readonly string[]): Query => ({
    by: ['newest_of_name'],
    filter: { newest: true, name: some(names) },
  }),
  list: (after: string): Query => ({
    by: ['newest_by_deleted'],
    filter: { newest: true, deleted: false, name: { $gt: after } },
    sort: { name: 1, generation: -1 },
  }),
  listNamed: (names: readonly string[]): Query => ({
    by: ['newest_by_deleted'],
    filter: { newest: true, deleted: false, name: some(names) },
    sort: { name: 1, generation: -1 },
  }),
  lastDeleted: (): Query => ({
    by: ['newest_by_time'],
    filter: { newest: true, deleted: true },
    sort: { stored: -1 },
  }),
  generations: (name: string, before: number): Query => ({
    by: ['of_name'],
    filter: { name, generation: { $lt: before } },
    sort: { generation: -1 },
  }),
  unpublished: (): Query => ({ by: ['by_published'], filter: { published: false }, sort: { stored: 1 } }),
  upTo: (name: string, generation: number): Query => ({
    by: ['of_name'],
    filter: { name, generation: { $lte: generation } },
  }),
} as const;

/** Of device groups alone. */
export const GROUP_QUERIES = {
  listing: (app: string): Query => ({
    by: ['newest_by_app'],
    filter: { apps: app, newest: true },
    sort: { name: 1, generation: -1 },
  }),
} as const;

/** Who should have an app, see `Concerned`. */
function concerned(app: string, groups: readonly string[], heard: object): Record<string, unknown>[] {
  const branches: Record<string, unknown>[] = [
    { every: true, ...heard },
    { names: app, ...heard },
  ];
  return groups.length === 0 ? branches : [...branches, { group: some(groups), ...heard }];
}

const CONCERNED = ['on_every_app', 'on_list', 'of_group_by_age'];
type Unfinished = 'converging' | 'failed' | 'waiting';
const busyWith = (state: Unfinished, apps: readonly string[]) => apps.map((app) => joined(app, state));
/** No app of the list, and none that is leaving, is in this state. */
const isNot = (state: Unfinished, apps: readonly string[]) => [
  { busy: { $nin: busyWith(state, apps) } },
  { leaving: { $nin: [state] } },
];
const is = (state: Unfinished, apps: readonly string[]) => ({
  $or: [{ busy: some(busyWith(state, apps)) }, { leaving: state }],
});

/** One generation of an app on those that should have it, and since when who was heard is not silent. */
export interface Change {
  app: string;
  groups: readonly string[];
  since: number;
  generation: number;
}

export const HOST_QUERIES = {
  one: (id: string): Query => ({ by: [BY_ID], filter: { _id: id } }),
  many: (ids: readonly string[]): Query => ({ by: [BY_ID], filter: { _id: some(ids) } }),
  written: (ids: readonly string[], write: string): Query => ({ by: [BY_ID], filter: { _id: some(ids), write } }),
  page: (after: string): Query => ({ by: [BY_ID], filter: { _id: { $gt: after } }, sort: { _id: 1 } }),
  pageOfGroup: (group: string, after: string): Query => ({
    by: ['of_group'],
    filter: { group, _id: { $gt: after } },
    sort: { _id: 1 },
  }),
  silentSince: (before: number): Query => ({
    by: ['by_age'],
    filter: { lastHeardAt: { $lt: before } },
    sort: { lastHeardAt: 1, _id: 1 },
  }),
  stillSilent: (ids: readonly string[], before: number): Query => ({
    by: [BY_ID],
    filter: { _id: some(ids), lastHeardAt: { $lt: before } },
  }),
  silent: (app: string, groups: readonly string[], since: number): Query => ({
    by: CONCERNED,
    filter: { $or: concerned(app, groups, { lastHeardAt: { $lt: since } }) },
  }),
  concerned: (app: string, groups: readonly string[]): Query => ({
    by: CONCERNED,
    filter: { $or: concerned(app, groups, {}) },
  }),
  /** Those that say this state of the generation or a newer one. */
  saying: ({ app, groups, since, generation }: Change, state: string): Query => ({
    by: CONCERNED,
    filter: {
      $or: concerned(app, groups, { lastHeardAt: { $gte: since } }),
      says: sinceGeneration([app, state], generation),
    },
  }),
  /** Some servers find others too: who asks takes the tokens of the app alone. */
  failing: ({ app, groups, since, generation }: Change): Query => ({
    by: ['by_failing'],
    filter: {
      failing: { $elemMatch: beginningWith(app) },
      says: sinceGeneration([app, 'failed'], generation),
      lastHeardAt: { $gte: since },
      $or: concerned(app, groups, {}),
    },
  }),
  failingFor: ({ app, groups, since, generation }: Change, token: string): Query => ({
    by: ['by_failing'],
    filter: {
      failing: token,
      says: sinceGeneration([app, 'failed'], generation),
      lastHeardAt: { $gte: since },
      $or: concerned(app, groups, {}),
    },
    sort: { _id: 1 },
  }),
  warning: (app: string, groups: readonly string[], since: number): Query => ({
    by: ['by_warned'],
    filter: {
      warned: { $elemMatch: beginningWith(app) },
      lastHeardAt: { $gte: since },
      $or: concerned(app, groups, {}),
    },
  }),
  warningOf: (app: string, groups: readonly string[], since: number, token: string): Query => ({
    by: ['by_warned'],
    filter: { warned: token, lastHeardAt: { $gte: since }, $or: concerned(app, groups, {}) },
    sort: { _id: 1 },
  }),
  silentInGroup: (group: string, since: number): Query => ({
    by: ['of_group_by_age'],
    filter: { group, lastHeardAt: { $lt: since } },
  }),
  inGroup: (group: string): Query => ({ by: ['of_group'], filter: { group } }),
  /** Those that took the group's generation over, with nothing of it converging, by how they ended. */
  settledInGroup: (
    { group, since, generation, apps }: { group: string; since: number; generation: number; apps: readonly string[] },
    verdict: 'converged' | 'waiting' | 'failed',
  ): Query => ({
    by: ['of_group_by_age'],
    filter: {
      group,
      lastHeardAt: { $gte: since },
      groupGeneration: { $gte: generation },
      ...(apps.length > 0 ? { has: { $all: [...apps] } } : {}),
      $and: [
        ...isNot('converging', apps),
        ...(verdict === 'failed' ? [is('failed', apps)] : isNot('failed', apps)),
        ...(verdict === 'waiting' ? [is('waiting', apps)] : []),
        ...(verdict === 'converged' ? isNot('waiting', apps) : []),
      ],
    },
  }),
  anywhere: (app: string): Query => ({ by: ['by_open'], filter: { open: app } }),
} as const;

export const DETAIL_QUERIES = {
  one: (id: string): Query => ({ by: [BY_ID], filter: { _id: id } }),
  many: (ids: readonly string[]): Query => ({ by: [BY_ID], filter: { _id: some(ids) } }),
  /** @param from the id of a detail, or the beginning of one; it is on the page when it exists */
  page: ({ host, app, ...filter }: Omit<ContainerQuery, 'after' | 'limit'>, from: string): Query => ({
    by: [(host !== undefined && 'of_host_by_kind') || (app !== undefined && 'of_app_by_kind') || 'by_kind'],
    filter: {
      ...(host === undefined ? {} : { host }),
      ...(app === undefined ? {} : { app }),
      kinds: kindOf(filter),
      _id: { $gte: from },
    },
    sort: { _id: 1 },
  }),
  ofHosts: (hosts: readonly string[], before: number): Query => ({
    by: ['of_host'],
    filter: { host: some(hosts), at: { $lt: before } },
  }),
  /** Left by a writer that ended before its host's document named them. */
  leftOver: (host: string, before: number, valid: readonly string[]): Query => ({
    by: ['of_host'],
    filter: { host, at: { $lt: before }, _id: { $nin: [...valid] } },
  }),
} as const;

export const META_QUERIES = {
  one: (id: string): Query => ({ by: [BY_ID], filter: { _id: id } }),
  many: (ids: readonly string[]): Query => ({ by: [BY_ID], filter: { _id: some(ids) } }),
  before: (kind: 'forgotten', number: number): Query => ({
    by: ['by_kind'],
    filter: { kind, number: { $lt: number } },
  }),
  last: (kind: 'identity' | 'schema'): Query => ({ by: ['by_kind'], filter: { kind }, sort: { number: -1 } }),
} as const;
