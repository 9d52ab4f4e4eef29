import { apiAdapter, ApiModule, type ApiOptions, configureApi } from '@nebula/api';
import { ControlBus, type Unsubscribe } from '@nebula/bus';
import { type InProcessBus, InProcessControlBus } from '@nebula/bus/in-process';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import { type DigestMessage, DomainError } from '@nebula/domain';
import { MonitorModule } from '@nebula/monitor';
import { AppStore, GroupStore, StoreModule } from '@nebula/store';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout } from 'node:timers/promises';
import { SPEED } from './time';

/** As a broker's: time in which others act. */
const ROUND_TRIP_MS = 3;

/** The control parts' end of the bus, which can be cut while the hosts' stays. */
class ControlEnd extends InProcessControlBus {
  cut = false;

  override async publish(...given: Parameters<InProcessControlBus['publish']>): Promise<void> {
    if (this.cut) throw new DomainError('unavailable', 'bus-away', 'The message bus is away.');
    if (given[0] === 'app' || given[0] === 'group') await setTimeout(ROUND_TRIP_MS);
    if (given[0] === 'digest') scaleToHosts(given[1].body as DigestMessage, 'intervalSeconds');
    await super.publish(...given);
  }

  override answerSnapshots(...[answer]: Parameters<InProcessControlBus['answerSnapshots']>): Promise<Unsubscribe> {
    return super.answerSnapshots(async (question) => {
      const { body, ...envelope } = await answer(question);
      return { ...envelope, body: scaleToHosts({ ...body }, 'digestIntervalSeconds') };
    });
  }
}

/** Hosts' time goes faster than the api's. */
function scaleToHosts<K extends string, T extends { [key in K]?: number }>(body: T, key: K): T {
  return Object.assign(body, { [key]: SPEED * (body[key] ?? 0) });
}

@Module({})
class ControlProgram {}

@Module({})
class ControlBusModule {
  static of(bus: ControlBus): DynamicModule {
    const providers = [{ provide: ControlBus, useValue: bus }];
    return { module: ControlBusModule, global: true, providers, exports: [ControlBus] };
  }
}

export interface ControlSettings {
  bus: InProcessBus;
  installation: string;
  reportMs: number;
  digestMs: number;
}

/** api and monitor, on one embedded store, talked to over HTTP. */
export class Control {
  readonly client: NebulaClient;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly end: ControlEnd,
    url: string,
  ) {
    this.client = createNebulaClient({ baseUrl: url, token: TOKEN });
  }

  static async start(folder: string, settings: ControlSettings): Promise<Control> {
    const { bus, installation, reportMs, digestMs } = settings;
    const end = new ControlEnd(bus);
    const options: ApiOptions = {
      installation,
      basicAuthUser: 'nebula',
      basicAuthPassword: 'secret',
      authToken: TOKEN,
      reportIntervalSeconds: reportMs / 1000,
      digestIntervalSeconds: digestMs / 1000,
    };
    const imports = [
      StoreModule.sqlite(folder),
      ControlBusModule.of(end),
      ApiModule.register(options),
      MonitorModule.register({ installation, forgetAfterHours: 0 }),
    ];
    const program = { module: ControlProgram, imports };
    const quiet = { logger: false, abortOnError: false, bodyParser: false } as const;
    const app = await NestFactory.create<NestFastifyApplication>(program, apiAdapter(), quiet);
    configureApi(app);
    await app.listen(0, '127.0.0.1');
    return new Control(app, end, await app.getUrl());
  }

  /** Publishing fails from now on, as when the broker is away from here. */
  cutOff(): void {
    this.end.cut = true;
  }

  comeBack(): void {
    this.end.cut = false;
  }

  get apps(): AppStore {
    return this.app.get(AppStore);
  }

  get groups(): GroupStore {
    return this.app.get(GroupStore);
  }

  part<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  /** What `/health/ready` is answered by. */
  async readiness(): Promise<number> {
    return (await fetch(`${await this.app.getUrl()}/health/ready`)).status;
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}

const TOKEN = 'token-of-the-scenarios';
