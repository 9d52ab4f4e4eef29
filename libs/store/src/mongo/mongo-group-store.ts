import type { GroupGeneration } from '@nebula/domain';
import type { GroupStore } from '../desired-store';
import type { GenerationDocument } from './documents';
import type { MongoDatabase } from './mongo-database';
import { MongoGenerationStore } from './mongo-generation-store';
import { GROUP_QUERIES } from './queries';

export class MongoGroupStore extends MongoGenerationStore<GroupGeneration> implements GroupStore {
  constructor(database: MongoDatabase) {
    super(database, database.deviceGroups);
  }

  async listing(app: string): Promise<string[]> {
    const until = this.database.deadline();
    const found = await this.log.find(GROUP_QUERIES.listing(app), until, { fields: ['name', 'generation'] });
    return (await this.onlyNewest(found, until)).map(({ name }) => name);
  }

  protected override indexed(entry: GroupGeneration): Pick<GenerationDocument, 'deleted' | 'apps'> {
    return { deleted: entry.deleted, apps: [...new Set(entry.apps)] };
  }
}
