import { Injectable } from '@nestjs/common';
import { DomainError } from '@nebula/domain';
import { HostStore, type HostRow } from '@nebula/store';
import { ApiOptions, silentBefore } from '../api-options';
import type { ContainerPage } from '../apps/app-status.dto';
import { pageOf, type PageQuery } from '../http/paging';
import { Publisher } from '../publishing/publisher';
import { containerPage, type ContainersQuery } from './container-page';
import type { HostPage, HostView } from './host.dto';

export interface HostsQuery extends PageQuery {
  group?: string;
}

/** Hosts, as they were last heard of. */
@Injectable()
export class HostsService {
  constructor(
    private readonly hosts: HostStore,
    private readonly publisher: Publisher,
    private readonly options: ApiOptions,
  ) {}

  list({ group, ...page }: HostsQuery): Promise<HostPage> {
    const read = (after: string | undefined, limit: number) =>
      this.hosts.hosts({ limit, ...(after !== undefined && { after }), ...(group !== undefined && { group }) });
    return pageOf(
      'hosts',
      page,
      read,
      (host) => host.id,
      (host) => this.view(host),
    );
  }

  async get(id: string): Promise<HostView> {
    const host = await this.hosts.host(id);
    if (host === undefined) throw noSuchHost(id);
    return this.view(host);
  }

  /** It comes back by itself, if it is still there. */
  async forget(id: string): Promise<void> {
    const apps = await this.hosts.forget(id, new Date());
    if (apps === undefined) throw noSuchHost(id);
    // Who waits for one of its apps need not wait for it any more; if this is not heard, they look again by themselves.
    await this.publisher.publish('status', { apps }).catch(() => undefined);
  }

  async containers(id: string, query: ContainersQuery): Promise<ContainerPage> {
    await this.get(id);
    return containerPage(this.hosts, { ...query, host: id });
  }

  private view(host: HostRow): HostView {
    const age = Math.max(0, Date.now() - Date.parse(host.lastHeardAt));
    const silent = host.lastHeardAt < silentBefore(this.options).toISOString();
    return { ...host, ageSeconds: Math.floor(age / 1000), silent };
  }
}

const noSuchHost = (id: string): DomainError =>
  new DomainError('not-found', 'no-such-host', `There is no host ${JSON.stringify(id.slice(0, 80))}.`);
