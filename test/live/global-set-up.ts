import { Broker } from '../services/broker';
import { Database } from '../services/database';
import { keep, removeKept } from './global-services';
import { removeLeftOver } from './test-installations';
import { Docker } from './support/docker';
import { removeLeftOverEngines } from './support/engine';

/**
 * One RabbitMQ and one database for all live tests, which keep apart by vhosts and databases of their own. A test
 * that stops, kills or fills such a server starts one for itself. What the environment names is taken as it is.
 */
export default async function setUp(): Promise<void> {
  for (const name of [...(await removeLeftOver(new Docker())), ...(await removeLeftOverEngines())]) {
    process.stdout.write(`removed what an earlier run left of ${name}\n`);
  }
  const starts = await Promise.allSettled([provideBroker(), provideDatabase()]);
  const failed = starts.find((start) => start.status === 'rejected');
  if (!failed) return;
  await removeKept();
  throw failed.reason;
}

async function provideBroker(): Promise<void> {
  if (process.env.NEBULA_TEST_RABBIT && process.env.NEBULA_TEST_RABBIT_ADMIN) return;
  const broker = keep(await Broker.start());
  process.env.NEBULA_TEST_RABBIT = broker.url();
  process.env.NEBULA_TEST_RABBIT_ADMIN = broker.managementUrl;
}

/** It flushes nothing: on a slow disk that takes longer than a store is waited for, and no test pulls the plug. */
async function provideDatabase(): Promise<void> {
  if (process.env.NEBULA_TEST_MONGO) return;
  process.env.NEBULA_TEST_MONGO = process.env.MONGO_URL || keep(await Database.start({ flushes: false })).url;
}
