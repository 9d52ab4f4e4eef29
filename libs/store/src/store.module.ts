import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AppStore, GroupStore, StoreIdentity } from './desired-store';
import { HostStore } from './host-store';
import { SqliteAppStore } from './sqlite/sqlite-app-store';
import { SqliteDatabase } from './sqlite/sqlite-database';
import { SqliteGroupStore } from './sqlite/sqlite-group-store';
import { SqliteHostStore } from './sqlite/sqlite-host-store';
import { SqliteStoreIdentity } from './sqlite/sqlite-store-identity';

const PORTS = [AppStore, GroupStore, StoreIdentity, HostStore];

/** Provides the store's ports, each under its abstract class. Global: the store is one, whoever needs it. */
@Module({})
export class StoreModule implements OnApplicationShutdown {
  constructor(private readonly database: SqliteDatabase) {}

  /** The embedded store, in a folder that only this process uses. The start fails with a DomainError when it can't be. */
  static sqlite(folder: string): DynamicModule {
    const inject = [SqliteDatabase];
    return {
      module: StoreModule,
      global: true,
      providers: [
        { provide: SqliteDatabase, useFactory: () => SqliteDatabase.open(folder) },
        { provide: AppStore, inject, useFactory: (database: SqliteDatabase) => new SqliteAppStore(database) },
        { provide: GroupStore, inject, useFactory: (database: SqliteDatabase) => new SqliteGroupStore(database) },
        { provide: HostStore, inject, useFactory: (database: SqliteDatabase) => new SqliteHostStore(database) },
        { provide: StoreIdentity, inject, useFactory: (database: SqliteDatabase) => new SqliteStoreIdentity(database) },
      ],
      exports: PORTS,
    };
  }

  /** After every part has ended its work: they stop in the hooks before. */
  onApplicationShutdown(): void {
    this.database.close();
  }
}
