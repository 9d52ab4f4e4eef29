import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { JsonBody, MergePatchBody } from '../http/body.decorator';
import { Change, type ChangeRequest } from '../http/change.decorator';
import { PAGE_RULES, type PageQuery } from '../http/paging';
import { QueryPipe } from '../http/query';
import { Versioned } from '../http/versioned';
import { Accepts, Changes, Creates, Lists, Reads, Removes } from '../openapi/operations';
import { AppDocument, AppPage, Tombstone } from './app.dto';
import { AppsService } from './apps.service';

type JsonObject = Record<string, unknown>;

@ApiTags('apps')
@Controller('api/v3/apps')
export class AppsController {
  constructor(private readonly apps: AppsService) {}

  /** List apps, by name */
  @Get()
  @Lists(AppPage)
  listApps(@Query(new QueryPipe<PageQuery>(PAGE_RULES)) query: PageQuery): Promise<AppPage> {
    return this.apps.list(query);
  }

  /** Create an app */
  @Post()
  @Versioned()
  @Creates(AppDocument, 'AppSpec')
  createApp(@JsonBody() body: JsonObject, @Change() change: ChangeRequest): Promise<AppDocument> {
    return this.apps.create(body, change);
  }

  /** Get an app, every default filled in */
  @Get(':name')
  @Versioned()
  @Reads(AppDocument)
  getApp(@Param('name') name: string): Promise<AppDocument> {
    return this.apps.get(name);
  }

  /** Replace an app's settings: what is left out has its default */
  @Put(':name')
  @HttpCode(202)
  @Versioned()
  @Accepts(AppDocument, 'AppReplacement')
  replaceApp(
    @Param('name') name: string,
    @JsonBody() body: JsonObject,
    @Change() change: ChangeRequest,
  ): Promise<AppDocument> {
    return this.apps.replace(name, body, change);
  }

  /** Change some settings of an app by a JSON merge patch; null returns a field to its default */
  @Patch(':name')
  @HttpCode(202)
  @Versioned()
  @Accepts(AppDocument, 'AppPatch')
  patchApp(
    @Param('name') name: string,
    @MergePatchBody() patch: JsonObject,
    @Change() change: ChangeRequest,
  ): Promise<AppDocument> {
    return this.apps.patch(name, patch, change);
  }

  /** Delete an app: its containers go, its named volumes and networks stay */
  @Delete(':name')
  @HttpCode(202)
  @Versioned()
  @Removes(Tombstone)
  deleteApp(@Param('name') name: string, @Change() change: ChangeRequest): Promise<Tombstone> {
    return this.apps.remove(name, change);
  }

  /** Start an app: it has containers again */
  @Post(':name/start')
  @HttpCode(202)
  @Versioned()
  @Changes(AppDocument)
  startApp(@Param('name') name: string, @Change() change: ChangeRequest): Promise<AppDocument> {
    return this.apps.start(name, change);
  }

  /** Stop an app: its containers are removed, its settings stay */
  @Post(':name/stop')
  @HttpCode(202)
  @Versioned()
  @Changes(AppDocument)
  stopApp(@Param('name') name: string, @Change() change: ChangeRequest): Promise<AppDocument> {
    return this.apps.stop(name, change);
  }

  /** Restart an app: new containers from the same settings */
  @Post(':name/restart')
  @HttpCode(202)
  @Versioned()
  @Changes(AppDocument, 'running')
  restartApp(@Param('name') name: string, @Change() change: ChangeRequest): Promise<AppDocument> {
    return this.apps.restart(name, change);
  }

  /** Fetch an app's image again; containers are replaced where it changed */
  @Post(':name/pull')
  @HttpCode(202)
  @Versioned()
  @Changes(AppDocument, 'running')
  pullApp(@Param('name') name: string, @Change() change: ChangeRequest): Promise<AppDocument> {
    return this.apps.pull(name, change);
  }
}
