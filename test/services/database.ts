import { mkdir } from 'node:fs/promises';
import { answersMongo } from './mongo-greeting';
import { OwnProgram } from './own-program';
import { freePort } from './ports';
import { build } from './repository';
import { Service } from './service';

export interface DatabaseOptions {
  /** Where its data and log are, kept by `remove`; without one a temporary folder. */
  folder?: string;
  port?: number;
  /** The address it listens on; default 127.0.0.1. */
  host?: string;
  /** Whether each change is flushed to the disk before it is answered; default true. If not, it outlives a kill only. */
  flushes?: boolean;
}

/** A server of a test's own that speaks MongoDB's protocol and keeps what it is told: FerretDB over SQLite. */
export class Database extends OwnProgram {
  private constructor(
    service: Service,
    private readonly program: string,
    readonly host: string,
    readonly port: number,
    private readonly flushes: boolean,
  ) {
    super(service);
  }

  /** Builds the server when that was not done yet, and starts one; it serves when this resolves. */
  static async start({ folder, port, host = '127.0.0.1', flushes = true }: DatabaseOptions = {}): Promise<Database> {
    const program = await build('ferretdb.mjs');
    const service = await Service.create('database', folder);
    const make = async () => new Database(service, program, host, port ?? (await freePort(host)), flushes);
    return OwnProgram.started(service, make);
  }

  /** As a client wants it, without the name of a database. */
  get url(): string {
    return `mongodb://${this.host}:${this.port}`;
  }

  /** Starts it after `stop`, `kill` or `wipe`, on the same port. */
  async start(): Promise<void> {
    const data = this.service.path('data');
    await mkdir(data, { recursive: true });
    await this.service.start({
      address: this,
      command: this.program,
      args: [`${this.host}:${this.port}`, data, this.flushes ? 'full' : 'off'],
      isReady: () => answersMongo(this.host, this.port),
      readyWithin: 30_000,
    });
  }

  /** Kills it and loses all databases. */
  wipe(): Promise<void> {
    return this.service.wipe('data');
  }
}
