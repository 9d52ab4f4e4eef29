import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { eventually } from './eventually';

export interface DaemonOptions {
  /** Default: the root of the file system. */
  cwd?: string;
  /** Besides this process' own environment. */
  env?: Record<string, string>;
}

/** A process that a test started and that goes on until it is told to end; in a session of its own, with a log file. */
export class Daemon {
  private failure?: Error;

  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {
    child.on('error', (error) => (this.failure = error));
  }

  static async start(command: string, args: string[], log: string, options: DaemonOptions = {}): Promise<Daemon> {
    const file = await open(log, 'a', 0o600);
    const { cwd = '/' } = options;
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`, ...options.env };
    const stdio = ['ignore', file.fd, file.fd] as const;
    const daemon = new Daemon(spawn(command, args, { cwd, detached: true, env, stdio: [...stdio] }), log);
    await file.close();
    return daemon;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get hasEnded(): boolean {
    return this.failure !== undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until `probe` neither throws nor says false; rejects with the end of the log when that does not happen. */
  async untilReady(probe: () => Promise<unknown>, within = 30_000): Promise<void> {
    const outcome = await eventually(async () => (this.hasEnded ? 'it ended' : (await probe()) !== false && 'ready'), {
      within,
      every: 20,
    }).catch((error: Error) => error.message);
    if (outcome !== 'ready') throw new Error(`not ready, ${outcome}: ${this.failure ?? ''}\n${await this.lastLines()}`);
  }

  /** Such as SIGSTOP and SIGCONT: what does not end it. */
  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.child.kill(signal);
  }

  /** Resolves when the process is gone; at once when it was already. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill(signal);
    await ended;
  }

  private async lastLines(): Promise<string> {
    return (await readFile(this.log, 'utf8')).split('\n').slice(-20).join('\n');
  }
}

/** Whether a process is there and has not ended, collected or not. */
export async function lives(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid.trim() || 'none'}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^\d+ \(.*\) [ZX]/s.test(stat);
}
