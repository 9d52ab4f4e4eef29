import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from '../live/support/daemon';
import { eventually } from '../live/support/eventually';
import { Keeper } from '../live/support/keeper';

/** Ends every process that carries the mark ($1), zombies aside, and removes a folder ($2) when one is named. */
const sweep = `
set -u
marked() { grep -lzxF "NEBULA_SERVICE=$1" /proc/[0-9]*/environ 2> /dev/null | cut -d/ -f3; }
for _ in $(seq 200); do
  left=$(marked "$1")
  [ -n "$left" ] || break
  kill -KILL $left 2> /dev/null
  sleep 0.02
done
[ -z "$2" ] || rm -rf "$2"
[ -z "$(marked "$1")" ]
`;

/** What to start, and how to see that it serves. */
export interface Launch {
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

  /** @param folder where its files are, kept when it is removed; without one a folder is made, and removed with it. */
  static async create(name: string, folder?: string): Promise<Service> {
    if (folder) await mkdir(folder, { recursive: true });
    const place = folder ?? (await mkdtemp(join(tmpdir(), `nebula-${name}-`)));
    const mark = randomBytes(12).toString('hex');
    return new Service(place, mark, Keeper.start(sweep, mark, folder ? '' : place));
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
    mkdirSync(this.folder, { recursive: true });
    const marked = { ...launch.env, NEBULA_SERVICE: this.mark };
    const settings = Object.entries(marked).map(([key, value]) => `${key}=${value}`);
    this.daemon = await Daemon.start('env', [...settings, launch.command, ...launch.args], this.path('log'));
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
    await eventually(() => !this.signal('SIGKILL'), { every: 5 });
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

  /** Whether there was anything to signal. */
  private signal(signal: NodeJS.Signals): boolean {
    if (!this.daemon?.pid) return false;
    try {
      return process.kill(-this.daemon.pid, signal);
    } catch {
      return false;
    }
  }
}
