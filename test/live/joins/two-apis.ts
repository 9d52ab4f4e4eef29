import { apiAdapter, ApiModule, configureApi } from '@nebula/api';
import { BusModule } from '@nebula/bus/bus.module';
import type { RabbitOptions } from '@nebula/bus/rabbitmq';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import { AppStore, GroupStore, HostStore, StoreIdentity, StoreModule } from '@nebula/store';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** As good as never: what a host misses stays missed. */
const NEVER_SECONDS = 1_000_000;

@Module({})
class Replica {}

@Module({})
class SharedStore {
  static of(owner: INestApplicationContext): DynamicModule {
    const ports = [AppStore, GroupStore, HostStore, StoreIdentity];
    const providers = ports.map((port) => ({ provide: port, useValue: owner.get<unknown>(port) }));
    return { module: SharedStore, global: true, providers, exports: ports };
  }
}

/** Two api replicas on one store and one broker, which tell no digests. */
export class TwoApis {
  private constructor(
    private readonly store: INestApplicationContext,
    private readonly replicas: readonly NestFastifyApplication[],
    readonly clients: readonly NebulaClient[],
  ) {}

  static async start(folder: string, rabbit: RabbitOptions, installation: string): Promise<TwoApis> {
    const store = await NestFactory.createApplicationContext(StoreModule.sqlite(folder), { logger: false });
    const options = {
      installation,
      basicAuthUser: 'nebula',
      basicAuthPassword: 'secret',
      authToken: 'token-of-the-joins',
      reportIntervalSeconds: 15,
      digestIntervalSeconds: NEVER_SECONDS,
    };
    const start = async (): Promise<NestFastifyApplication> => {
      const bus = BusModule.rabbitControl({ ...rabbit, program: 'api' });
      const imports = [SharedStore.of(store), bus, ApiModule.register(options)];
      const quiet = { logger: false, abortOnError: false, bodyParser: false } as const;
      const program = { module: Replica, imports };
      const app = await NestFactory.create<NestFastifyApplication>(program, apiAdapter(), quiet);
      configureApi(app);
      await app.listen(0, '127.0.0.1');
      return app;
    };
    const replicas = [await start(), await start()];
    const urls = await Promise.all(replicas.map((replica) => replica.getUrl()));
    const clients = urls.map((baseUrl) => createNebulaClient({ baseUrl, token: options.authToken }));
    return new TwoApis(store, replicas, clients);
  }

  /** The replicas, in turn. */
  client(turn: number): NebulaClient {
    return this.clients[turn % this.clients.length] as NebulaClient;
  }

  get apps(): AppStore {
    return this.store.get(AppStore);
  }

  get groups(): GroupStore {
    return this.store.get(GroupStore);
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.close()));
    await this.store.close();
  }
}
