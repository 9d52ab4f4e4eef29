import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const mainOf = (name: ProgramName): string => join(ROOT, 'dist/apps', name, 'src/main.js');
const NODE = 24;

export type ProgramName = 'standalone' | 'api' | 'worker' | 'monitor';

/** How a process ended, and how long after it was asked to, ms. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  ms: number;
}

let checked: Promise<void> | undefined;

/** Rejects when what is built is not what the sources say: these tests run the built program and build nothing. */
export function checkBuild(): Promise<void> {
  checked ??= check();
  return checked;
}

async function check(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < NODE) {
    throw new Error(`the tests run the program on their own Node.js, ${NODE} at least, not ${process.version}`);
  }
  const script = `import(process.argv[1]).then(async ({ isUpToDate }) => console.log(await isUpToDate()))`;
  const builder = join(ROOT, 'scripts/build.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, builder]);
  if (stdout.trim() !== 'true') {
    throw new Error('dist/ is missing or not what the sources say: build first (`npm test` and `npm start` do)');
  }
}

/** A built program, as a process of its own that a test may end in any way. */
export class Program {
  private text = '';
  private readonly ended: Promise<Omit<End, 'ms'>>;

  private constructor(private readonly child: ChildProcess) {
    const hear = (text: string): void => void (this.text += text);
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    this.ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
  }

  /** @param folder its working folder; its process id is left there, in `pid` */
  static run(folder: string, env: Record<string, string>, name: ProgramName = 'standalone'): Program {
    const child = spawn(process.execPath, [mainOf(name)], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    writeFileSync(join(folder, 'pid'), String(child.pid));
    return new Program(child);
  }

  /** All that it has said, on both outputs. */
  get output(): string {
    return this.text;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal, where one is given, and waits for the end. */
  async end(signal?: NodeJS.Signals): Promise<End> {
    const since = performance.now();
    if (signal && this.runs) this.child.kill(signal);
    return { ...(await this.ended), ms: performance.now() - since };
  }
}
