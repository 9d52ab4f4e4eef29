import { createRequire } from 'node:module';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { AppStore, GroupStore, StoreIdentity } from './desired-store';
import { HostStore } from './host-store';
import type { MongoDatabase } from './mongo/mongo-database';
import type { MongoOptions } from './mongo/mongo-options';
import { SqliteAppStore } from './sqlite/sqlite-app-store';
import { SqliteDatabase } from './sqlite/sqlite-database';
import { SqliteGroupStore } from './sqlite/sqlite-group-store';
import { SqliteHostStore } from './sqlite/sqlite-host-store';
import { SqliteStoreIdentity } from './sqlite/sqlite-store-identity';

/** Sixty megabytes and a third of a second, which standalone does without. */
const mongoAdapter = () => createRequire(__filename)('./mongo') as typeof import('./mongo');

const PORTS = [AppStore, GroupStore, StoreIdentity, HostStore];
const DATABASE = Symbol('what the ports of the store stand on');

interface Closing {
  close(): void | Promise<void>;
}

/** Provides the store's ports, each under its abstract class. Global: the store is one, whoever needs it. */
@Module({})
export class StoreModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Closing) {}

  /** The embedded store, in a folder that only this process uses. The start fails with a DomainError when it can't be. */
  static sqlite(folder: string): DynamicModule {
    const inject = [DATABASE];
    return storeOf([
      { provide: DATABASE, useFactory: () => SqliteDatabase.open(folder) },
      { provide: AppStore, inject, useFactory: (database: SqliteDatabase) => new SqliteAppStore(database) },
      { provide: GroupStore, inject, useFactory: (database: SqliteDatabase) => new SqliteGroupStore(database) },
      { provide: HostStore, inject, useFactory: (database: SqliteDatabase) => new SqliteHostStore(database) },
      { provide: StoreIdentity, inject, useFactory: (database: SqliteDatabase) => new SqliteStoreIdentity(database) },
    ]);
  }

  /**
   * The store that several replicas share. The start does not wait for a database that is away, the ports reject until
   * it is there; it fails with a DomainError when a newer Nebula wrote it, or the address cannot be read.
   */
  static mongo(options: MongoOptions): DynamicModule {
    const inject = [DATABASE];
    const adapter = mongoAdapter();
    return storeOf([
      { provide: DATABASE, useFactory: () => adapter.MongoDatabase.open(options) },
      { provide: AppStore, inject, useFactory: (on: MongoDatabase) => new adapter.MongoAppStore(on) },
      { provide: GroupStore, inject, useFactory: (on: MongoDatabase) => new adapter.MongoGroupStore(on) },
      { provide: HostStore, inject, useFactory: (on: MongoDatabase) => new adapter.MongoHostStore(on) },
      {
        provide: StoreIdentity,
        inject,
        useFactory: (on: MongoDatabase) => new adapter.MongoStoreIdentity(on),
      },
    ]);
  }

  /** After every part has ended its work: they stop in the hooks before. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

const storeOf = (providers: Provider[]): DynamicModule => ({
  module: StoreModule,
  global: true,
  providers,
  exports: PORTS,
});
