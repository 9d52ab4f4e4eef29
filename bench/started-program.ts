import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** A program, and the words on its output by which it is known to be ready. */
export interface Start {
  /** Run by Node.js, unless a command is named. */
  file?: string;
  command?: string;
  args?: string[];
  ready: string;
  env?: Record<string, string>;
}

export interface Started {
  /** From the call that starts the process to its words. */
  milliseconds: number;
  /** Files of packages that it loaded until then, where it was started so that it tells. */
  packages: string[];
}

/** What starts are compared with; the files of packages that it is to load are its arguments. */
export const EMPTY_APPLICATION = {
  file: join(__dirname, 'processes', 'empty-application.cjs'),
  ready: 'ready',
} satisfies Start;

const TELL_PACKAGES = join(__dirname, 'processes', 'tell-packages.cjs');
const WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;

/** Starts a program on an empty folder, and ends it once it is ready. */
export async function started(start: Start, folder: string, tellsPackages = false): Promise<Started> {
  const packages: string[] = [];
  const began = performance.now();
  const child = await launch(start, folder, tellsPackages ? ['--require', TELL_PACKAGES] : []);
  child.on('message', (message) => packages.push((message as { package: string }).package));
  const milliseconds = await whileItRuns(child, start, async () => performance.now() - began);
  return { milliseconds, packages };
}

/** Starts a program on an empty folder, and ends it after what is done while it is ready. */
export async function whileReady<T>(start: Start, folder: string, work: (pid: number) => Promise<T>): Promise<T> {
  const child = await launch(start, folder);
  return whileItRuns(child, start, () => work(child.pid!));
}

async function launch(start: Start, folder: string, execArgv: string[] = []): Promise<ChildProcess> {
  const own = await mkdtemp(join(folder, 'start-'));
  const env = { PATH: process.env.PATH, HOME: own, DATA_DIR: join(own, 'data'), ...start.env };
  const options = { cwd: own, env, detached: true } as const;
  if (start.command !== undefined) return spawn(start.command, start.args ?? [], options);
  return fork(start.file!, start.args ?? [], { ...options, execArgv, silent: true });
}

async function whileItRuns<T>(child: ChildProcess, { ready }: Start, work: () => Promise<T>): Promise<T> {
  try {
    await saying(child, ready);
    return await work();
  } finally {
    await end(child);
  }
}

/** Rejects with what it said when it ends or takes too long instead. */
function saying(child: ChildProcess, words: string): Promise<void> {
  return new Promise((done, fail) => {
    let said = '';
    const failed = (): void => fail(new Error(`it never said "${words}": ${said.trim()}`));
    const tooLong = setTimeout(failed, WITHIN_MS);
    const hear = (text: string): void => {
      said += text;
      if (!said.includes(words)) return;
      clearTimeout(tooLong);
      done();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
    child.on('error', fail).on('close', () => {
      clearTimeout(tooLong);
      failed();
    });
  });
}

/** With all that it started itself: it leads a group of its own. By SIGTERM: it may be about to keep what it compiled. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('close', done));
  process.kill(-child.pid!, 'SIGTERM');
  const tooLong = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(tooLong);
}
