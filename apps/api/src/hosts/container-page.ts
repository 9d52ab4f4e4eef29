import type { ContainerQuery, ContainerRow, HostStore } from '@nebula/store';
import type { ContainerPage, ContainerView } from '../apps/app-status.dto';
import { oneOf, anyText } from '../http/query';
import { PAGE_RULES, pageOf, type PageQuery } from '../http/paging';

export const CONTAINER_STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
export const CONTAINER_HEALTHS = ['starting', 'healthy', 'unhealthy'] as const;

/** Which containers, and which page of them. */
export interface ContainersQuery extends PageQuery {
  app?: string;
  host?: string;
  state?: string;
  health?: string;
}

export const CONTAINER_RULES = {
  ...PAGE_RULES,
  state: oneOf(CONTAINER_STATES),
  health: oneOf(CONTAINER_HEALTHS),
};
export const APP_CONTAINER_RULES = { ...CONTAINER_RULES, host: anyText };
export const HOST_CONTAINER_RULES = { ...CONTAINER_RULES, app: anyText };

export function containerPage(hosts: HostStore, query: ContainersQuery): Promise<ContainerPage> {
  const { app, host, state, health } = query;
  const read = (after: string | undefined, limit: number): Promise<ContainerRow[]> =>
    hosts.containers({ limit, ...defined({ app, host, state, health, after }) });
  return pageOf('containers', query, read, placeOf, (row): ContainerView => row);
}

const placeOf = ({ host, app, ordinal, id }: ContainerRow): string => [host, app, ordinal, id].join('\n');

/** Without what is absent: stores take no undefined for a filter. */
const defined = (filter: Partial<ContainerQuery>): Partial<ContainerQuery> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
