import { realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { announce, describeFleet, removeDescription, writeDescription } from './announcement';
import { Fleet } from './fleet';
import type { FleetOptions } from './fleet-options';
import { folderOf } from './folder-of';
import { sweepAtOnce } from './ground';

const MOST_HOSTS = 100;

/** `npm run fleet`: a fleet in the foreground, until a signal ends it. */
async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  const { folder } = options;
  const made: { fleet?: Fleet } = {};
  endOnSignals(async () => {
    if (!made.fleet) return sweepAtOnce(folder);
    await removeDescription(folder);
    await made.fleet.stop();
  });
  await removeDescription(folder);
  const since = performance.now();
  process.stdout.write(`fleet: starting ${options.hosts} hosts …\n`);
  made.fleet = await Fleet.start(options);
  const description = await describeFleet(made.fleet);
  await writeDescription(folder, description);
  process.stdout.write(`fleet: ready in ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
  process.stdout.write(announce(description, folder));
}

function optionsOf(args: string[], env: NodeJS.ProcessEnv): FleetOptions & { hosts: number } {
  const { values } = parseArgs({
    args,
    options: {
      hosts: { type: 'string', default: '3' },
      images: { type: 'string', multiple: true, default: [] },
      registry: { type: 'boolean', default: false },
    },
  });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MOST_HOSTS) {
    throw new Error(`--hosts must be a number from 1 to ${MOST_HOSTS}, not ${values.hosts}`);
  }
  return {
    folder: folderOf(env.FLEET_DIR, '.nebula/fleet'),
    hosts,
    images: values.images.flatMap((list) => list.split(',')).map((file) => realpathSync(file)),
    registry: values.registry,
    port: env.API_PORT ? Number(env.API_PORT) : undefined,
    mongoUrl: env.MONGO_URL || undefined,
  };
}

function endOnSignals(end: () => Promise<void>): void {
  let ending = false;
  const endOnce = (): void => {
    if (ending) return;
    ending = true;
    void end().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', endOnce);
  process.on('SIGINT', endOnce);
  // Whoever started this program is gone: nobody could end it any more.
  process.on('disconnect', endOnce);
}

function fail(error: unknown): never {
  process.stderr.write(`npm run fleet: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// Whoever read the output has gone: no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
main().catch(fail);
