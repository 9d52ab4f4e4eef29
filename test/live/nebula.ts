import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import { Apps } from './apps';
import { checkBuild, type End, Program } from './program';
import { Docker } from './support/docker';
import { eventually } from './support/eventually';
import { Keeper, temporaryPath } from './support/keeper';
import { SWEEP_INSTALLATION } from './test-installations';

export interface NebulaOptions {
  /** Another program of the same installation; default: one of its own. */
  installation?: string;
  /** The Engine, as in DOCKER_HOST; default: this machine's. */
  engine?: string;
  /** More settings, by their names. */
  settings?: Record<string, string>;
}

const MACHINE = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock';
const START_MS = 60_000;
/** What is new counts as soon as what ran before: hundreds of apps of these tests would wait four seconds more each. */
export const SETTLED = { SETTLE_SECONDS: '1' };

/**
 * An installation of the test's own: the built program as a process, with its folder, on a real Engine. Nothing of it
 * stays after `remove`, nor after the test process ended in any other way.
 */
export class Nebula {
  readonly user = 'nebula';
  /** The Engine that it works on, by Docker's own command line. */
  readonly docker: Docker;
  private readonly settings: Record<string, string>;
  private program?: Program;
  private known?: { url: string; client: NebulaClient };

  private constructor(
    readonly installation: string,
    /** Where the conf file would be, and `data`, its DATA_DIR. */
    readonly folder: string,
    private readonly options: NebulaOptions,
    private readonly keeper: Keeper,
  ) {
    this.settings = { ...SETTLED, ...options.settings };
    this.docker = new Docker(options.engine ?? MACHINE);
  }

  /** Makes one, not started yet. @param name of the suite, for a person who sees its things */
  static async prepare(name: string, options: NebulaOptions = {}): Promise<Nebula> {
    await checkBuild();
    const folder = temporaryPath(`live-${name}`);
    const installation = options.installation ?? basename(folder);
    const keeper = Keeper.start(SWEEP_INSTALLATION, folder, installation, options.engine ?? MACHINE);
    await mkdir(folder, { mode: 0o700 });
    return new Nebula(installation, folder, options, keeper);
  }

  /** Makes one and starts it; it takes requests when this resolves. */
  static async start(name: string, options: NebulaOptions = {}): Promise<Nebula> {
    const nebula = await Nebula.prepare(name, options);
    try {
      await nebula.start();
      return nebula;
    } catch (error) {
      await nebula.remove();
      throw error;
    }
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  get url(): string {
    return this.started.url;
  }

  get client(): NebulaClient {
    return this.started.client;
  }

  get apps(): Apps {
    return new Apps(this.client);
  }

  /** What the present process said. */
  get output(): string {
    return this.program?.output ?? '';
  }

  get runs(): boolean {
    return this.known !== undefined && this.program?.runs === true;
  }

  get password(): Promise<string> {
    return readFile(join(this.dataFolder, 'password'), 'utf8').then((text) => text.trim());
  }

  /** A name for an image, a network, a volume … that goes with the installation. */
  named(name: string): string {
    return `${this.installation}/${name}`;
  }

  /** For what tests put on the Engine themselves: it goes with the installation. */
  get label(): string {
    return `nebula.test=${this.installation}`;
  }

  /** Settings for the next starts, besides those that it has. */
  set(settings: Record<string, string>): void {
    Object.assign(this.settings, settings);
  }

  writeConf(text: string): Promise<void> {
    return writeFile(join(this.folder, 'nebula.conf.json'), text);
  }

  /** Starts the program, without waiting for anything. @param settings for this start only */
  run(settings: Record<string, string> = {}): Program {
    this.known = undefined;
    this.program = Program.run(this.folder, { ...this.environment(), ...this.settings, ...settings });
    return this.program;
  }

  /** Starts it; it takes requests when this resolves. Rejects with what it said when it ends instead. */
  async start(): Promise<void> {
    const program = this.run();
    await eventually(() => !program.runs || announced(program) !== undefined, { within: START_MS, every: 5 });
    const url = announced(program);
    if (url === undefined) throw new Error(`the program ended instead of starting:\n${program.output}`);
    this.known = { url, client: createNebulaClient({ baseUrl: url, user: this.user, password: await this.password }) };
  }

  async end(signal: NodeJS.Signals): Promise<End> {
    this.known = undefined;
    return this.program ? this.program.end(signal) : { code: 0, signal: null, ms: 0 };
  }

  kill9(): Promise<End> {
    return this.end('SIGKILL');
  }

  term(): Promise<End> {
    return this.end('SIGTERM');
  }

  async restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.end(signal);
    await this.start();
  }

  /** Ends it and removes all that it made. May be called again. */
  async remove(): Promise<void> {
    await this.kill9();
    await this.keeper.release();
  }

  private get started(): { url: string; client: NebulaClient } {
    if (!this.known) throw new Error('this program does not run');
    return this.known;
  }

  /** Nothing of the test's own environment, which may hold settings of somebody's. */
  private environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      DATA_DIR: this.dataFolder,
      INSTALLATION: this.installation,
      DOCKER_HOST: this.options.engine ?? MACHINE,
      API_PORT: '0',
    };
  }
}

/** @returns where it listens; undefined: it has not said so */
function announced({ output }: Program): string | undefined {
  return output.includes('Password') ? /API and Swagger UI\s+(\S+)\/docs/.exec(output)?.[1] : undefined;
}

/** Ends all of them before anything of them is removed: one would put back what is taken from another. */
export async function removeAll(...all: (Nebula | undefined)[]): Promise<void> {
  const made = all.filter((nebula) => nebula !== undefined);
  await Promise.all(made.map((nebula) => nebula.kill9()));
  for (const nebula of made) await nebula.remove();
}
