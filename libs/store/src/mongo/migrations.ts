import { DomainError } from '@nebula/domain';
import type { Connection } from 'mongoose';
import type { Deadline } from './deadline';
import type { MetaDocument } from './documents';
import type { DocumentsOf } from './documents-of';
import { whileWriting } from './mongo-errors';
import { META_QUERIES } from './queries';
import { schema1 } from './schema-1';
import { schema2 } from './schema-2';
import { joined } from './tokens';

/**
 * Brings a database from the version before to this one. Several replicas may carry it out at once, and it may be cut
 * off anywhere and begin again: so doing it twice must be as doing it once.
 */
export type Migration = (connection: Connection) => Promise<void>;

export interface Migrated {
  readonly connection: Connection;
  readonly meta: DocumentsOf<MetaDocument>;
}

/** Only ever grown: databases of every version are out there. */
export const MIGRATIONS: readonly Migration[] = [schema1, schema2];

/** @throws DomainError('unavailable', 'store-newer') when it was written by a version of Nebula that knows more */
export async function migrate(
  { connection, meta }: Migrated,
  until: Deadline,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const version = (await meta.first(META_QUERIES.last('schema'), until))?.number ?? 0;
  if (version > migrations.length)
    throw new DomainError(
      'unavailable',
      'store-newer',
      `The store was written by a newer Nebula (schema ${version}, this one knows ${migrations.length}): use that one.`,
    );
  for (let next = version + 1; next <= migrations.length; next++) {
    try {
      await migrations[next - 1]!(connection);
    } catch (error) {
      throw whileWriting(error);
    }
    const value = new Date().toISOString();
    await meta.insert({ _id: joined('schema', String(next)), kind: 'schema', number: next, value }, until);
  }
}
