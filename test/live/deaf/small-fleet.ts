import { apiAdapter, ApiModule, configureApi } from '@nebula/api';
import { ControlBus, HostBus } from '@nebula/bus';
import { RabbitControlBus, RabbitHostBus } from '@nebula/bus/rabbitmq';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import type { Selection } from '@nebula/domain';
import { MonitorModule } from '@nebula/monitor';
import { FakeRegistry, FakeRuntime } from '@nebula/orchestration/runtime/fake';
import { AppStore, GroupStore, HostStore, StoreIdentity, StoreModule } from '@nebula/store';
import { WorkerModule } from '@nebula/worker';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { join } from 'node:path';
import { optionsOf } from '../bus/rabbit-bench';

/** The least that there is: two of them are what a host waits. */
export const DIGEST_SECONDS = 1;
const REPORT_SECONDS = 2;
/** More often than in programs: what the broker lost of theirs is not what takes its time here. */
const LOOK_AGAIN_MS = 1_000;
/** As long as a host waits for an answer. */
const PATIENCE_MS = 1_000;
const TOKEN = 'token-of-the-deaf';
const INSTALLATION = 'deaf';

@Module({})
class Program {}

@Module({})
class Given {
  static values(...providers: { provide: never; useValue: unknown }[]): DynamicModule {
    return { module: Given, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

const quiet = { logger: false, abortOnError: false } as const;
const given = (provide: unknown, useValue: unknown) => ({ provide: provide as never, useValue });

/** Api, monitor and workers in one process, each on a RabbitMQ by connections of its own; the Engines are scripted. */
export class SmallFleet {
  readonly hosts: FakeRuntime[] = [];
  private readonly ends: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly folder: string,
    private readonly rabbit: string,
  ) {}

  client!: NebulaClient;
  private url = '';

  static async start(folder: string, rabbit: string, selections: readonly Selection[]): Promise<SmallFleet> {
    const fleet = new SmallFleet(folder, rabbit);
    const store = await NestFactory.createApplicationContext(StoreModule.sqlite(join(folder, 'store')), quiet);
    await fleet.startApi(store);
    await fleet.startMonitor(store);
    await Promise.all(selections.map((selection, index) => fleet.startHost(`host-${index + 1}`, selection)));
    fleet.ends.push(() => store.close());
    return fleet;
  }

  /** What `/health/ready` is answered by. */
  async readiness(): Promise<number> {
    return (await fetch(`${this.url}/health/ready`)).status;
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end();
  }

  private control(program: 'api' | 'monitor'): ControlBus {
    return new RabbitControlBus({ ...optionsOf(this.rabbit), program }, LOOK_AGAIN_MS);
  }

  private async startApi(store: INestApplicationContext): Promise<void> {
    const bus = this.control('api');
    const options = {
      installation: INSTALLATION,
      basicAuthUser: 'nebula',
      basicAuthPassword: 'secret',
      authToken: TOKEN,
      reportIntervalSeconds: REPORT_SECONDS,
      digestIntervalSeconds: DIGEST_SECONDS,
    };
    const imports = [shared(store), Given.values(given(ControlBus, bus)), ApiModule.register(options)];
    const program = { module: Program, imports };
    const app = await NestFactory.create<NestFastifyApplication>(program, apiAdapter(), {
      ...quiet,
      bodyParser: false,
    });
    configureApi(app);
    await app.listen(0, '127.0.0.1');
    this.url = await app.getUrl();
    this.client = createNebulaClient({ baseUrl: this.url, token: TOKEN });
    this.ends.push(() => app.close(), endOf(bus));
  }

  private async startMonitor(store: INestApplicationContext): Promise<void> {
    const bus = this.control('monitor');
    const monitor = MonitorModule.register({ installation: INSTALLATION, forgetAfterHours: 0 });
    const imports = [shared(store), Given.values(given(ControlBus, bus)), monitor];
    const app = await NestFactory.createApplicationContext({ module: Program, imports }, quiet);
    this.ends.push(() => app.close(), endOf(bus));
  }

  private async startHost(id: string, selection: Selection): Promise<void> {
    const registry = new FakeRegistry();
    registry.push('web:1');
    const runtime = new FakeRuntime({ id: `engine of ${id}`, name: id, registry });
    const bus = new RabbitHostBus(optionsOf(this.rabbit), PATIENCE_MS).connect();
    const options = {
      installation: INSTALLATION,
      selection,
      hostId: id,
      file: join(this.folder, `${id}.json`),
      reportIntervalMs: REPORT_SECONDS * 1_000,
      sweepMs: 60_000,
      maxRestartWaitMs: 0,
      settleMs: 1_000,
      version: 'deaf',
      login: () => undefined,
    };
    const imports = [Given.values(given(HostBus, bus)), WorkerModule.register(options, runtime)];
    const strategy = { strategy: bus.inbox(selection), ...quiet };
    const program = { module: Program, imports };
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(program, strategy);
    await app.listen();
    this.hosts.push(runtime);
    this.ends.unshift(() => app.close(), endOf(bus));
  }
}

const endOf = (bus: ControlBus | HostBus) => (): Promise<void> => (bus as RabbitControlBus | RabbitHostBus).close();

function shared(store: INestApplicationContext): DynamicModule {
  return Given.values(
    ...[AppStore, GroupStore, HostStore, StoreIdentity].map((port) => given(port, store.get<unknown>(port))),
  );
}
