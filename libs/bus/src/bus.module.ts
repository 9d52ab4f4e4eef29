import { type DynamicModule, Module } from '@nestjs/common';
import { ControlBus } from './control-bus';
import { HostBus } from './host-bus';
import { InProcessBus, InProcessControlBus, InProcessHostBus } from './in-process';

/** Closes the bus that this module made itself, after everybody has let go of it. */
class OwnBus {
  constructor(private readonly bus: InProcessBus) {}

  onApplicationShutdown(): void {
    this.bus.close();
  }
}

/** Picks the adapter behind `ControlBus` and `HostBus`, for the whole application. */
@Module({})
export class BusModule {
  /** @param bus one that others are on too; it stays open when this application ends. Absent: one of its own. */
  static inProcess(bus?: InProcessBus): DynamicModule {
    const used = bus ?? new InProcessBus();
    return {
      module: BusModule,
      global: true,
      providers: [
        { provide: InProcessBus, useValue: used },
        { provide: ControlBus, useFactory: () => new InProcessControlBus(used) },
        { provide: HostBus, useFactory: () => new InProcessHostBus(used) },
        ...(bus ? [] : [{ provide: OwnBus, useFactory: () => new OwnBus(used) }]),
      ],
      exports: [InProcessBus, ControlBus, HostBus],
    };
  }
}
