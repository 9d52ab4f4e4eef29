import { join } from 'node:path';
import { HostBus } from '@nebula/bus';
import { ownershipOf } from '@nebula/domain';
import { type FakeRegistry, FakeRuntime } from '@nebula/orchestration/runtime/fake';
import { WorkerModule, type WorkerOptions } from '@nebula/worker';
import { type DynamicModule, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { Notebook } from './notebook';
import type { HostSetting } from './orders';
import { WatchedHostBus } from './watched-host-bus';

/** As the product's own default. */
const SWEEP_MS = 60_000;
/** No call of an Engine is over at once. */
const ENGINE_MS = 5;

@Module({})
class SimulatedWorker {}

@Module({})
class HostBusModule {
  static of(bus: HostBus): DynamicModule {
    const providers = [{ provide: HostBus, useValue: bus }];
    return { module: HostBusModule, global: true, providers, exports: [HostBus] };
  }
}

/** The real worker on an Engine that is none, with a broker connection of its own. */
export class SimulatedHost {
  private constructor(
    private readonly bus: WatchedHostBus,
    private readonly app: INestMicroservice,
  ) {}

  /** As far as a worker is when it has loaded its code: connected to nothing yet. */
  static async make(
    id: string,
    setting: HostSetting,
    registry: FakeRegistry,
    notebook: Notebook,
  ): Promise<SimulatedHost> {
    const bus = new WatchedHostBus(rabbitOptions(id, setting), id, notebook);
    const selection = { all: false, names: [], group: setting.group };
    const runtime = engine(id, registry, notebook);
    const imports = [HostBusModule.of(bus), WorkerModule.register(workerOptions(id, setting, selection), runtime)];
    const program = { module: SimulatedWorker, imports };
    const strategy = bus.inbox(selection);
    const quiet = { strategy, logger: false, abortOnError: false } as const;
    return new SimulatedHost(bus, await NestFactory.createMicroservice<MicroserviceOptions>(program, quiet));
  }

  async join(): Promise<void> {
    this.bus.connect();
    await this.app.listen();
  }
}

function engine(id: string, registry: FakeRegistry, notebook: Notebook): FakeRuntime {
  const runtime = new FakeRuntime({
    id: `engine of ${id}`,
    name: id,
    registry,
    keptCalls: 10,
    images: ['web:1'],
    behaviour: ({ labels }) => {
      const owner = ownershipOf(labels);
      if (owner) notebook.note('replaced', id, owner.generation);
      return undefined;
    },
  });
  runtime.script.latencyMs = ENGINE_MS;
  return runtime;
}

const rabbitOptions = (id: string, { rabbit, heartbeatSeconds }: HostSetting) => ({
  urls: [rabbit],
  heartbeatSeconds,
  connectionName: `simulated ${id}`,
  queueType: 'classic' as const,
});

const workerOptions = (id: string, setting: HostSetting, selection: WorkerOptions['selection']): WorkerOptions => ({
  installation: setting.installation,
  selection,
  hostId: id,
  file: join(setting.folder, `${id}.json`),
  reportIntervalMs: setting.reportIntervalMs,
  sweepMs: SWEEP_MS,
  maxRestartWaitMs: 0,
  // As if these apps had run here before: what is measured is the way of a change, not the wait for a crash.
  settleMs: 1000,
  version: 'simulated',
  login: () => undefined,
});
