import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { APP_CONTAINER_RULES, type ContainersQuery } from '../hosts/container-page';
import { PAGE_RULES, type PageQuery } from '../http/paging';
import { QueryPipe } from '../http/query';
import { FilteredBy, ListsOf, Shows } from '../openapi/operations';
import { AppStatus, ContainerPage } from './app-status.dto';
import { AppStatusService } from './app-status.service';
import { AppGenerationPage } from './app.dto';

@ApiTags('apps')
@Controller('api/v3/apps/:name')
export class AppStatusController {
  constructor(private readonly statuses: AppStatusService) {}

  /** Get how an app does on all hosts that should have it */
  @Get('status')
  @Shows(AppStatus)
  getAppStatus(@Param('name') name: string): Promise<AppStatus> {
    return this.statuses.status(name);
  }

  /** List an app's containers, as their hosts last said */
  @Get('containers')
  @ListsOf(ContainerPage)
  @FilteredBy('host', 'state', 'health')
  listAppContainers(
    @Param('name') name: string,
    @Query(new QueryPipe<Omit<ContainersQuery, 'app'>>(APP_CONTAINER_RULES)) query: ContainersQuery,
  ): Promise<ContainerPage> {
    return this.statuses.containers(name, query);
  }

  /** List an app's generations, newest first: who changed it, when, to what */
  @Get('generations')
  @ListsOf(AppGenerationPage)
  listAppGenerations(
    @Param('name') name: string,
    @Query(new QueryPipe<PageQuery>(PAGE_RULES)) query: PageQuery,
  ): Promise<AppGenerationPage> {
    return this.statuses.generations(name, query);
  }
}
