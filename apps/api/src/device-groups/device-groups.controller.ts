import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Tombstone } from '../apps/app.dto';
import { JsonBody, MergePatchBody } from '../http/body.decorator';
import { Change, type ChangeRequest } from '../http/change.decorator';
import { PAGE_RULES, type PageQuery } from '../http/paging';
import { QueryPipe } from '../http/query';
import { Versioned } from '../http/versioned';
import { Accepts, Creates, Lists, Reads, Removes } from '../openapi/operations';
import { DeviceGroupsService } from './device-groups.service';
import { GroupDocument, GroupPage } from './group.dto';

type JsonObject = Record<string, unknown>;

@ApiTags('device-groups')
@Controller('api/v3/device-groups')
export class DeviceGroupsController {
  constructor(private readonly groups: DeviceGroupsService) {}

  /** List device groups, by name */
  @Get()
  @Lists(GroupPage)
  listDeviceGroups(@Query(new QueryPipe<PageQuery>(PAGE_RULES)) query: PageQuery): Promise<GroupPage> {
    return this.groups.list(query);
  }

  /** Create a device group */
  @Post()
  @Versioned()
  @Creates(GroupDocument, 'DeviceGroupSpec')
  createDeviceGroup(@JsonBody() body: JsonObject, @Change() change: ChangeRequest): Promise<GroupDocument> {
    return this.groups.create(body, change);
  }

  /** Get a device group */
  @Get(':name')
  @Versioned()
  @Reads(GroupDocument)
  getDeviceGroup(@Param('name') name: string): Promise<GroupDocument> {
    return this.groups.get(name);
  }

  /** Replace a device group's list of apps */
  @Put(':name')
  @HttpCode(202)
  @Versioned()
  @Accepts(GroupDocument, 'GroupReplacement')
  replaceDeviceGroup(
    @Param('name') name: string,
    @JsonBody() body: JsonObject,
    @Change() change: ChangeRequest,
  ): Promise<GroupDocument> {
    return this.groups.replace(name, body, change);
  }

  /** Change a device group by a JSON merge patch; a list is replaced whole */
  @Patch(':name')
  @HttpCode(202)
  @Versioned()
  @Accepts(GroupDocument, 'GroupPatch')
  patchDeviceGroup(
    @Param('name') name: string,
    @MergePatchBody() patch: JsonObject,
    @Change() change: ChangeRequest,
  ): Promise<GroupDocument> {
    return this.groups.patch(name, patch, change);
  }

  /** Delete a device group that no known host is in */
  @Delete(':name')
  @HttpCode(202)
  @Versioned()
  @Removes(Tombstone, 'unused')
  deleteDeviceGroup(@Param('name') name: string, @Change() change: ChangeRequest): Promise<Tombstone> {
    return this.groups.remove(name, change);
  }
}
