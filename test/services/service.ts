import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Daemon } from '../live/support/daemon';
import { eventually } from '../live/support/eventually';
import { Keeper, temporaryPath } from '../live/support/keeper';
import { isFree } from './ports';

/** Ends every process that carries the mark ($1), zombies aside, and removes a folder ($2) when one is named. */
const sweep = `
set -u
marked() { grep -lzxF "NEBULA_SERVICE=$1" /proc/[0-9]*/environ 2> /dev/null | cut -d/ -f3; }
# A process that becomes another program has no environment for an instant: only seeing none twice means none.
missed=0
for _ in $(seq 200); do
  left=$(marked "$1")
  if [ -n "$left" ]; then missed=0; else missed=$((missed + 1)); fi
  [ $missed -lt 2 ] || break
  [ -z "$left" ] || kill -KILL $left 2> /dev/null
  sleep 0.02
done
[ -z "$2" ] || rm -rf "$2"
[ -z "$(marked "$1")" ]
`;

/** What the processes of the service in a folder are marked with. */
const markFile = 'mark';

/** What to start, and how to see that it serves. */
export interface Launch {
  /** Where it will listen; none for a program that does not. */
  address?: { host: string; port: number };
  command: string;
  args: string[];
  env?: Record<string, string>;
  isReady: () => Promise<unknown>;
  /** Milliseconds. */
  readyWithin: number;
}

/**
 * A server of a test's own, with all that it starts: processes in one group, files in one folder. Whoever starts one
 * may stop, kill and freeze it at will; none outlives the process that started it, however that one ends.
 */
export class Service {
  private daemon?: Daemon;

  private constructor(
    readonly folder: string,
    private readonly mark: string,
    private readonly keeper: Keeper,
  ) {}

  /**
   * @param folder where its files are, kept when it is removed; without one a folder is made, and removed with it.
   * A folder is one service's: another one that still runs there is killed, as whoever started it was.
   */
  static async create(name: string, folder?: string): Promise<Service> {
    if (folder) await endFormer(folder);
    const place = folder ?? temporaryPath(name);
    const mark = randomBytes(12).toString('hex');
    const keeper = Keeper.start(sweep, mark, folder ? '' : place);
    await mkdir(place, { recursive: true, mode: 0o700 });
    await writeFile(join(place, markFile), mark);
    return new Service(place, mark, keeper);
  }

  get runs(): boolean {
    return this.daemon !== undefined && !this.daemon.hasEnded;
  }

  /** Of its first process, while it runs. */
  get pid(): number | undefined {
    return this.runs ? this.daemon?.pid : undefined;
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Starts it, when it does not run; it serves when this resolves. Rejects with the end of its log. */
  async start(launch: Launch): Promise<void> {
    if (this.runs) return;
    await checkFree(launch.address);
    // Marked from its first instant, which a program that sets the mark and then becomes another one is not.
    const env = { ...launch.env, NEBULA_SERVICE: this.mark };
    this.daemon = await Daemon.start(launch.command, launch.args, this.path('log'), { env });
    try {
      await this.daemon.untilReady(launch.isReady, launch.readyWithin);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Asks it to end, as a system's shutdown does, and waits for it; one that does not is killed after a minute. */
  async stop(): Promise<void> {
    if (!this.runs) return;
    this.thaw();
    const tooLong = setTimeout(() => this.signal('SIGKILL'), 60_000);
    await this.daemon?.end('SIGTERM');
    clearTimeout(tooLong);
    await this.kill();
  }

  /** kill -9 of all its processes; they are gone when this resolves. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.daemon?.end('SIGKILL');
    const group = String(this.daemon?.pid);
    await eventually(async () => !(await groupLives(group)), { every: 5 });
  }

  /** Nothing of it moves until `thaw`: connections stay open, and nobody answers. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** Kills it and forgets what it stored. */
  async wipe(...names: string[]): Promise<void> {
    await this.kill();
    for (const name of names) await rm(this.path(name), { recursive: true, force: true });
  }

  /** Ends it for good, with its folder when that was made for it. May be called again. */
  remove(): Promise<void> {
    return this.keeper.release();
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.daemon?.pid) return;
    try {
      process.kill(-this.daemon.pid, signal);
    } catch {
      // All of it has ended.
    }
  }
}

/** Else it would be the other one that answers. */
async function checkFree(address: Launch['address']): Promise<void> {
  if (address && !(await isFree(address.host, address.port))) {
    throw new Error(`somebody listens at ${address.host}:${address.port}`);
  }
}

async function endFormer(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const mark = await readFile(join(folder, markFile), 'utf8').catch(() => '');
  if (mark) await Keeper.start(sweep, mark, '').release();
}

/** Whether a process of the group has not ended; one that has and that nobody collected is still in the group. */
async function groupLives(group: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.some((stat) => {
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return itsGroup === group && state !== 'Z' && state !== 'X';
  });
}
