import { type DynamicModule, Module } from '@nestjs/common';
import { ControlBus } from './control-bus';
import { HostBus } from './host-bus';
import { InProcessBus, InProcessControlBus, InProcessHostBus } from './in-process';
import { RabbitControlBus, RabbitHostBus, type RabbitOptions } from './rabbitmq';

/** Closes the bus that this module made itself, after everybody has let go of it. */
class OwnBus {
  constructor(private readonly bus: { close(): void | Promise<void> }) {}

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
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

  /** Of api or monitor. Is there at once, whether the broker is or not: see `ControlBus.state`. */
  static rabbitControl(options: RabbitOptions & { program: 'api' | 'monitor' }): DynamicModule {
    return rabbit(ControlBus, () => new RabbitControlBus(options));
  }

  /** Of a worker. Is there at once, whether the broker is or not. */
  static rabbitHost(options: RabbitOptions): DynamicModule {
    return rabbit(HostBus, () => new RabbitHostBus(options).connect());
  }
}

function rabbit(port: typeof ControlBus | typeof HostBus, open: () => RabbitControlBus | RabbitHostBus): DynamicModule {
  return {
    module: BusModule,
    global: true,
    providers: [
      { provide: port, useFactory: open },
      { provide: OwnBus, useFactory: (bus: RabbitControlBus | RabbitHostBus) => new OwnBus(bus), inject: [port] },
    ],
    exports: [port],
  };
}
