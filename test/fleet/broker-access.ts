import type { Broker } from '../services/broker';
import type { Secrets } from './secrets';

export const VHOST = 'nebula';

/** Makes the installation's vhost and a user for each program. */
export async function openVhost(broker: Broker, secrets: Secrets): Promise<void> {
  await broker.vhost(VHOST);
  await Promise.all(Object.entries(secrets.broker).map(([user, password]) => broker.user(user, password, VHOST)));
}
