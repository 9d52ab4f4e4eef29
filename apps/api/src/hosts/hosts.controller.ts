import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ContainerPage } from '../apps/app-status.dto';
import { PAGE_RULES } from '../http/paging';
import { anyText, QueryPipe } from '../http/query';
import { FilteredBy, Forgets, Lists, ListsOf, Shows } from '../openapi/operations';
import { HOST_CONTAINER_RULES, type ContainersQuery } from './container-page';
import { HostPage, HostView } from './host.dto';
import { HostsService, type HostsQuery } from './hosts.service';

@ApiTags('hosts')
@Controller('api/v3/hosts')
export class HostsController {
  constructor(private readonly hosts: HostsService) {}

  /** List hosts, by id */
  @Get()
  @Lists(HostPage)
  @FilteredBy('group')
  listHosts(@Query(new QueryPipe<HostsQuery>({ ...PAGE_RULES, group: anyText })) query: HostsQuery): Promise<HostPage> {
    return this.hosts.list(query);
  }

  /** Get a host, as it was last heard of */
  @Get(':id')
  @Shows(HostView)
  getHost(@Param('id') id: string): Promise<HostView> {
    return this.hosts.get(id);
  }

  /** Forget a host and all that it said; it comes back by itself if it is still there */
  @Delete(':id')
  @HttpCode(204)
  @Forgets()
  forgetHost(@Param('id') id: string): Promise<void> {
    return this.hosts.forget(id);
  }

  /** List a host's containers, as it last said */
  @Get(':id/containers')
  @ListsOf(ContainerPage)
  @FilteredBy('app', 'state', 'health')
  listHostContainers(
    @Param('id') id: string,
    @Query(new QueryPipe<Omit<ContainersQuery, 'host'>>(HOST_CONTAINER_RULES)) query: ContainersQuery,
  ): Promise<ContainerPage> {
    return this.hosts.containers(id, query);
  }
}
