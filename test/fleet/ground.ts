import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Switch } from '../live/support/cable';
import { Keeper } from '../live/support/keeper';
import { command } from '../live/support/network-link';

const SWEEP = join(__dirname, 'sweep-fleet.sh');
const SWEEP_ENGINE = join(__dirname, '../live/support/sweep-engine.sh');
const RUN = /^run-([0-9a-f]{6})$/;
/** Sockets of Engines are some levels below, and the kernel takes no path of one that is longer than 107. */
const LONGEST_FOLDER = 55;

/** What a fleet stands on: a folder and a network of its own, and how to remove all of it. */
export class Ground {
  private constructor(
    readonly folder: string,
    /** Namespaces of this fleet begin with it. */
    readonly prefix: string,
    readonly network: Switch,
    private readonly keeper: Keeper,
    private readonly claim: Server,
  ) {}

  /**
   * Removes what killed fleets left in the folder, and makes new ground in it. Rejects when a fleet runs there.
   * @param network two numbers of an address, below which a /24 is taken
   */
  static async lay(folder: string, network?: string): Promise<Ground> {
    if (Buffer.byteLength(folder) > LONGEST_FOLDER) {
      throw new Error(`the path of the fleet's folder is too long for sockets (over ${LONGEST_FOLDER}): ${folder}`);
    }
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const claim = await claimFolder(folder);
    await sweepLeftovers(folder);
    const tag = randomBytes(3).toString('hex');
    const [run, prefix] = [join(folder, `run-${tag}`), prefixOf(tag)];
    const keeper = Keeper.start(readFileSync(SWEEP, 'utf8'), run, prefix, SWEEP_ENGINE);
    try {
      await mkdir(run, { mode: 0o700 });
      return new Ground(run, prefix, await Switch.make(prefix, network), keeper, claim);
    } catch (error) {
      await keeper.release();
      claim.close();
      throw error;
    }
  }

  /** Ends everything that is left on it and removes it. May be called again. */
  async clear(): Promise<void> {
    try {
      await this.keeper.release();
    } finally {
      this.claim.close();
    }
  }
}

/** Held as long as this process lives: the kernel takes an abstract socket back however its holder ends. */
function claimFolder(folder: string): Promise<Server> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'EADDRINUSE' ? new Error(`a fleet runs in ${folder} already`) : error),
    );
    server.listen(`\0nebula-fleet-${name}`, () => done(server.unref()));
  });
}

const prefixOf = (tag: string): string => `nbf${tag}`;

/** Removes the fleets whose keepers could not: they were killed, or the machine was switched off. */
async function sweepLeftovers(folder: string): Promise<void> {
  const runs = (await readdir(folder)).filter((name) => RUN.test(name));
  await Promise.all(runs.map((run) => command('bash', sweepOf(folder, run))));
}

/** The same, and nothing else happens in this process meanwhile: for one that is asked to end while it starts. */
export function sweepAtOnce(folder: string): void {
  const { stdout } = spawnSync('ls', [folder], { encoding: 'utf8' });
  for (const run of stdout.split('\n').filter((name) => RUN.test(name))) {
    spawnSync('bash', sweepOf(folder, run), { stdio: 'inherit' });
  }
}

const sweepOf = (folder: string, run: string): string[] => [
  SWEEP,
  join(folder, run),
  prefixOf(run.replace(RUN, '$1')),
  SWEEP_ENGINE,
];
