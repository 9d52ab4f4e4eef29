import type { AppGeneration } from '@nebula/domain';
import type { AppStore } from '../desired-store';
import type { SqliteDatabase } from './sqlite-database';
import { SqliteGenerationStore } from './sqlite-generation-store';

export class SqliteAppStore extends SqliteGenerationStore<AppGeneration> implements AppStore {
  constructor(database: SqliteDatabase) {
    super(database, 'app');
  }
}
