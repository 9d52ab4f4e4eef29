import { ApiModule } from '@nebula/api';
import { BusModule } from '@nebula/bus/bus.module';
import { MonitorModule } from '@nebula/monitor';
import { ContainerRuntime } from '@nebula/orchestration';
import { StoreModule } from '@nebula/store';
import { WorkerModule } from '@nebula/worker';
import { type DynamicModule, Module } from '@nestjs/common';
import type { StandaloneSettings } from './settings';

/** The whole system for one Docker host: embedded store, in-process bus, this machine's Engine. */
@Module({})
export class StandaloneModule {
  static register(settings: StandaloneSettings, runtime: ContainerRuntime): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        StoreModule.sqlite(settings.dataFolder),
        BusModule.inProcess(),
        ApiModule.register(settings.api),
        MonitorModule.register(settings.monitor),
        WorkerModule.register(settings.worker, runtime),
      ],
    };
  }
}
