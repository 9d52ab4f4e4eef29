import { Module, type DynamicModule } from '@nestjs/common';
import { ApiOptions } from './api-options';
import { AppStatusController } from './apps/app-status.controller';
import { AppStatusService } from './apps/app-status.service';
import { AppsController } from './apps/apps.controller';
import { AppsService } from './apps/apps.service';
import { Gate } from './auth/gate';
import { DeviceGroupsController } from './device-groups/device-groups.controller';
import { DeviceGroupsService } from './device-groups/device-groups.service';
import { PortClashes } from './device-groups/port-clashes';
import { HealthController } from './health/health.controller';
import { HealthService } from './health/health.service';
import { Stopping } from './health/stopping';
import { HostsController } from './hosts/hosts.controller';
import { HostsService } from './hosts/hosts.service';
import { DigestTeller } from './publishing/digest-teller';
import { Outbox } from './publishing/outbox';
import { Publisher } from './publishing/publisher';
import { Snapshots } from './publishing/snapshots';
import { Rollouts } from './rollout/rollouts';
import { StoreClaim } from './store/store-claim';
import { StoreController } from './store/store.controller';
import { StoreService } from './store/store.service';

/**
 * The whole api. It takes the ports of store and bus (`AppStore`, `GroupStore`, `HostStore`, `StoreIdentity`, `ControlBus`)
 * from global modules that the program picks. Its HTTP side is `configureApi`'s.
 */
@Module({})
export class ApiModule {
  static register(options: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        AppsController,
        AppStatusController,
        DeviceGroupsController,
        HostsController,
        StoreController,
        HealthController,
      ],
      providers: [
        { provide: ApiOptions, useValue: options },
        AppsService,
        AppStatusService,
        DeviceGroupsService,
        DigestTeller,
        Gate,
        HealthService,
        HostsService,
        Outbox,
        PortClashes,
        Publisher,
        Rollouts,
        Snapshots,
        StoreClaim,
        StoreService,
        Stopping,
      ],
    };
  }
}
