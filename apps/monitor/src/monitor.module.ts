import { type DynamicModule, Module } from '@nestjs/common';
import { HostForgetter } from './host-forgetter';
import { MonitorOptions, NOW, RANDOM } from './monitor-options';
import { ReportIntake } from './report-intake';
import { StatusPublisher } from './status-publisher';

/** Takes reports in and keeps what hosts said. Needs `ControlBus`, `HostStore` and `StoreIdentity` from global modules. */
@Module({})
export class MonitorModule {
  static register(options: MonitorOptions): DynamicModule {
    return {
      module: MonitorModule,
      providers: [
        { provide: MonitorOptions, useValue: options },
        { provide: NOW, useValue: () => new Date() },
        { provide: RANDOM, useValue: Math.random },
        StatusPublisher,
        ReportIntake,
        HostForgetter,
      ],
    };
  }
}
