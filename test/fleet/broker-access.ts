import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Broker } from '../services/broker';
import { repository } from '../services/repository';
import type { Secrets } from './secrets';

const DEFINITIONS = join(repository, 'docker', 'rabbitmq', 'definitions.json');

/** The vhost of those definitions. */
export const VHOST = 'nebula';

interface Definitions {
  users: { name: keyof Secrets['broker']; tags: string[] }[];
}

/**
 * Gives a broker that is empty what people give theirs: the vhost, a user for each program who may do no more than that
 * program needs, what they share. The administrator gets into the vhost as well.
 */
export async function openVhost(broker: Broker, secrets: Secrets): Promise<void> {
  const definitions = JSON.parse(await readFile(DEFINITIONS, 'utf8')) as Definitions;
  const users = definitions.users.map(({ name, tags }) => ({ name, tags, password: secrets.broker[name] }));
  await broker.admin.importDefinitions({ ...definitions, users });
  await broker.vhost(VHOST);
}
