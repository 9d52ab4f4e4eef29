import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets the clean-up begin when the test process closes the pipe, on purpose or by dying. The signals that end a test
 * run must not end the clean-up. The file is how a test run sees that a clean-up has not ended yet.
 */
const waitForTheEnd = `trap '' TERM INT HUP
register=$1; shift
cat > /dev/null
[ -z "$register" ] || trap 'rm -f "$register"' EXIT
`;

/**
 * Removes what a test made on this machine, however the test ends: by `release`, by an error, by a signal, by kill -9.
 * Its script is the one place that knows how; to be started before the first thing is made.
 */
export class Keeper {
  private readonly child: ChildProcess;
  private problems = '';
  private readonly ended: Promise<number | null>;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.problems += text));
    this.ended = new Promise((done, fail) => child.on('error', fail).on('close', done));
    // Heard by release; a keeper that nobody releases must not end the tests by its failure, nor keep them from ending.
    this.ended.catch(() => undefined);
    this.hold('unref');
  }

  /** `script` is bash; `args` are its $1, $2, …. It must work whatever part of the things it removes exists. */
  static start(script: string, ...args: string[]): Keeper {
    const register = process.env.NEBULA_TEST_KEEPERS ? registerFile(process.env.NEBULA_TEST_KEEPERS) : '';
    const child = spawn('bash', ['-c', waitForTheEnd + script, 'keeper', register, ...args], {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    return new Keeper(child);
  }

  /**
   * Removes what is left of runs that ended with all their keepers, by the keeper that `of` starts for each.
   * @returns the names of what was removed: not what a living keeper, of whatever run, has among its arguments
   */
  static async sweep(names: Iterable<string>, of: (name: string) => Keeper): Promise<string[]> {
    const removed: string[] = [];
    for (const name of names) {
      if (await Keeper.guards(name)) continue;
      await of(name).release();
      removed.push(name);
    }
    return removed;
  }

  private static async guards(argument: string): Promise<boolean> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return commands.some((command) => command.includes('\0keeper\0') && command.split('\0').includes(argument));
  }

  /** Runs the script, and rejects with what it says when it fails. May be called again. */
  async release(): Promise<void> {
    this.hold('ref');
    this.child.stdin?.end();
    const code = await this.ended;
    if (code !== 0) throw new Error(`the clean-up failed (${code}): ${this.problems}`);
  }

  /** Whether this process goes on as long as the keeper does. */
  private hold(how: 'ref' | 'unref'): void {
    this.child[how]();
    for (const pipe of [this.child.stdin, this.child.stderr]) if (pipe instanceof Socket) pipe[how]();
  }
}

/** A path where nothing is yet: for a folder that is made when its keeper has started, since one may be killed between. */
export function temporaryPath(name: string): string {
  return join(tmpdir(), `nebula-${name}-${randomBytes(6).toString('hex')}`);
}

function registerFile(folder: string): string {
  const file = join(folder, `${process.pid}-${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, '');
  return file;
}
