import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import { freePort } from '../services/ports';
import { checkBuild, Program, type ProgramName } from './program';
import { eventually } from './support/eventually';
import { Keeper, temporaryPath } from './support/keeper';

/** Ends what was left of the programs ($1: their folders) and removes the folders. */
const SWEEP = `
set -u
for file in "$1"/*/pid; do
  [ -e "$file" ] || continue
  pid=$(cat "$file")
  if grep -qs /src/main.js "/proc/$pid/cmdline"; then kill -KILL "$pid" 2> /dev/null || true; fi
done
rm -rf "$1"
`;

export interface Api {
  program: Program;
  url: string;
  /** host:port. */
  address: string;
}

const START_MS = 30_000;

/**
 * The programs of one installation, as processes on servers that the test names. Nothing of them stays after `remove`,
 * nor after the test process ended in any other way.
 */
export class Programs {
  readonly user = 'nebula';
  readonly password = 'open-sesame-1';
  private made = 0;

  private constructor(
    private readonly folder: string,
    private readonly keeper: Keeper,
    /** Of every program, besides those that one is started with. */
    private readonly settings: Record<string, string>,
  ) {}

  static async prepare(settings: Record<string, string>): Promise<Programs> {
    await checkBuild();
    const folder = temporaryPath('programs');
    const keeper = Keeper.start(SWEEP, folder);
    await mkdir(folder, { mode: 0o700 });
    return new Programs(folder, keeper, settings);
  }

  /** Runs one, without waiting for anything. */
  run(name: ProgramName, settings: Record<string, string> = {}): Program {
    const folder = join(this.folder, `${name}-${++this.made}`);
    mkdirSync(folder);
    const own = { PATH: process.env.PATH ?? '', HOME: folder, DATA_DIR: join(folder, 'data') };
    return Program.run(folder, { ...own, ...this.settings, ...settings }, name);
  }

  /** Runs an api; it listens when this resolves. */
  async api(settings: Record<string, string> = {}): Promise<Api> {
    const address = `127.0.0.1:${await freePort()}`;
    const login = { BASIC_AUTH_USER: this.user, BASIC_AUTH_PASSWORD: this.password };
    const program = this.run('api', { API_PORT: address.split(':')[1]!, ...login, ...settings });
    await saying(program, 'Listens at');
    return { program, url: `http://${address}`, address };
  }

  async monitor(): Promise<Program> {
    return saying(this.run('monitor'), 'Takes reports in');
  }

  async worker(settings: Record<string, string>): Promise<Program> {
    return saying(this.run('worker', { SETTLE_SECONDS: '1', ...settings }), 'Listens for what this host should run');
  }

  get authorization(): string {
    return `Basic ${btoa(`${this.user}:${this.password}`)}`;
  }

  client(baseUrl: string): NebulaClient {
    return createNebulaClient({ baseUrl, user: this.user, password: this.password });
  }

  /** Ends all of them and removes what they kept. May be called again. */
  remove(): Promise<void> {
    return this.keeper.release();
  }
}

/** Waits until the program has said so; rejects with what it said when it ends instead. */
async function saying(program: Program, words: string): Promise<Program> {
  await eventually(() => !program.runs || program.output.includes(words), { within: START_MS, every: 10 });
  if (!program.runs) throw new Error(`the program ended instead of starting:\n${program.output}`);
  return program;
}
