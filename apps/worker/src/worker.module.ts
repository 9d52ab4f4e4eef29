import { Clock, ContainerRuntime, DesiredState, HostFile, SystemClock } from '@nebula/orchestration';
import { type DynamicModule, Module } from '@nestjs/common';
import { checkHostData, type HostData } from './host-data';
import { HostWorker } from './host-worker';
import { InboxController } from './inbox.controller';
import { WORKER_OPTIONS, type WorkerOptions } from './worker-options';
import { HOST_DATA } from './worker.tokens';

/** The worker of one Docker host. Needs a `HostBus` from a global module, and its inbox connected as a microservice. */
@Module({})
export class WorkerModule {
  static register(options: WorkerOptions, runtime: ContainerRuntime, clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [InboxController],
      providers: [
        { provide: WORKER_OPTIONS, useValue: options },
        { provide: ContainerRuntime, useValue: runtime },
        { provide: Clock, useValue: clock },
        { provide: HOST_DATA, useFactory: () => HostFile.load(options.file, checkHostData) },
        {
          provide: DesiredState,
          useFactory: (data: HostData | undefined) => new DesiredState(options.selection, data?.desired),
          inject: [HOST_DATA],
        },
        HostWorker,
      ],
      exports: [HostWorker],
    };
  }
}
