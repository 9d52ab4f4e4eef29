export interface Index {
  keys: Record<string, 1 | -1>;
  unique?: true;
}

const GENERATIONS = {
  of_name: { keys: { name: 1, generation: -1 }, unique: true },
  newest_of_name: { keys: { newest: 1, name: 1, generation: -1 } },
  newest_by_deleted: { keys: { newest: 1, deleted: 1, name: 1, generation: -1 } },
  newest_by_time: { keys: { newest: 1, deleted: 1, stored: -1 } },
  by_published: { keys: { published: 1, stored: 1 } },
} as const satisfies Record<string, Index>;

/** The one table of collections and indexes: made from it, and each query of `queries.ts` names its own in it. */
export const INDEXES = {
  apps: GENERATIONS,
  device_groups: { ...GENERATIONS, newest_by_app: { keys: { apps: 1, newest: 1, name: 1, generation: -1 } } },
  hosts: {
    on_every_app: { keys: { every: 1, lastHeardAt: 1 } },
    on_list: { keys: { names: 1, lastHeardAt: 1 } },
    of_group: { keys: { group: 1, _id: 1 } },
    of_group_by_age: { keys: { group: 1, lastHeardAt: 1 } },
    by_age: { keys: { lastHeardAt: 1, _id: 1 } },
    by_failing: { keys: { failing: 1, _id: 1 } },
    by_warned: { keys: { warned: 1, _id: 1 } },
    by_open: { keys: { open: 1 } },
  },
  host_apps: {
    by_kind: { keys: { kinds: 1, _id: 1 } },
    of_app_by_kind: { keys: { app: 1, kinds: 1, _id: 1 } },
    of_host_by_kind: { keys: { host: 1, kinds: 1, _id: 1 } },
    of_host: { keys: { host: 1, at: 1 } },
  },
  meta: { by_kind: { keys: { kind: 1, number: -1 } } },
} as const satisfies Record<string, Record<string, Index>>;

export type CollectionName = keyof typeof INDEXES;
/** Every collection has this one by itself. */
export const BY_ID = '_id_';
