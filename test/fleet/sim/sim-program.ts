import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../live/support/eventually';
import { repository } from '../../services/repository';

/** Run in the program before its own code: tells what its heap holds, without what is only not collected yet. */
const PROBE = `process.on('message', (question) => {
  if (question !== 'heap') return;
  gc();
  gc();
  process.send({ heap: process.memoryUsage().heapUsed });
});`;
const MIB = 1024 * 1024;

/** An api or a monitor: the built program, which ends when this process does. */
export class SimProgram {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {}

  /** @param env all of its environment. Resolves when `isReady`; its log is in the folder. */
  static async start(
    program: 'api' | 'monitor',
    { name = program, folder, env, isReady }: ProgramStart,
  ): Promise<SimProgram> {
    const log = join(folder, `${name}.log`);
    const child = fork(join(repository, 'dist', 'apps', program, 'src', 'main.js'), [], {
      cwd: folder,
      env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env },
      execArgv: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(PROBE)}`],
      silent: true,
    });
    const file = createWriteStream(log, { flags: 'a' });
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    const started = new SimProgram(name, child, log);
    await eventually(async () => started.mustRun() && (await isReady()), { within: 60_000, every: 100 });
    return started;
  }

  get pids(): number[] {
    return this.child.pid === undefined ? [] : [this.child.pid];
  }

  /** What its heap holds for certain, MiB. */
  async heap(): Promise<number> {
    this.mustRun();
    const answer = new Promise<{ heap: number }>((done) => this.child.once('message', done as (m: unknown) => void));
    this.child.send('heap');
    return (await answer).heap / MIB;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGTERM');
    await ended;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private mustRun(): true {
    if (this.hasEnded) throw new Error(`${this.name} has ended: see ${this.log}`);
    return true;
  }
}

interface ProgramStart {
  name?: string;
  folder: string;
  env: Record<string, string>;
  isReady: () => Promise<boolean>;
}
