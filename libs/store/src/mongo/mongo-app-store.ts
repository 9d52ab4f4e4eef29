import type { AppGeneration } from '@nebula/domain';
import type { AppStore } from '../desired-store';
import type { MongoDatabase } from './mongo-database';
import { MongoGenerationStore } from './mongo-generation-store';

export class MongoAppStore extends MongoGenerationStore<AppGeneration> implements AppStore {
  constructor(database: MongoDatabase) {
    super(database, database.apps);
  }
}
