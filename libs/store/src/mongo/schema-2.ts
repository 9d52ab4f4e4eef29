import type { Connection } from 'mongoose';
import { schema1 } from './schema-1';

/** The index of what hosts warn of: the first schema makes all that are missing. */
export const schema2 = (connection: Connection): Promise<void> => schema1(connection);
