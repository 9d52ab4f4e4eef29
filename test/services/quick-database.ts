import { answersMongo } from './mongo-greeting';
import { OwnProgram } from './own-program';
import { freePort } from './ports';
import { build } from './repository';
import { Service } from './service';

export interface QuickDatabaseOptions {
  /** Where its log is, kept by `remove`; without one a temporary folder. */
  folder?: string;
  port?: number;
  /** The address it listens on; default 127.0.0.1. */
  host?: string;
  /** What it may keep in memory, as Java says it; default 2g. */
  memory?: string;
}

/**
 * A server that speaks MongoDB's protocol and forgets all when it ends, with several times the speed of the other one:
 * for fleets of simulated hosts, whose reports would else be measured against a disk.
 */
export class QuickDatabase extends OwnProgram {
  private constructor(
    service: Service,
    private readonly classPath: string,
    readonly host: string,
    readonly port: number,
    private readonly memory: string,
  ) {
    super(service);
  }

  /** Builds the server when that was not done yet, and starts one; it serves when this resolves. */
  static async start(options: QuickDatabaseOptions = {}): Promise<QuickDatabase> {
    const { folder, port, host = '127.0.0.1', memory = '2g' } = options;
    const classPath = await build('quick-database.mjs');
    const service = await Service.create('quick-database', folder);
    const make = async () => new QuickDatabase(service, classPath, host, port ?? (await freePort(host)), memory);
    return OwnProgram.started(service, make);
  }

  /** As a client wants it, without the name of a database. */
  get url(): string {
    return `mongodb://${this.host}:${this.port}`;
  }

  /** Starts it again, empty, on the same port. */
  async start(): Promise<void> {
    await this.service.start({
      address: this,
      command: 'java',
      args: [`-Xmx${this.memory}`, '-cp', this.classPath, 'QuickDatabase', this.host, String(this.port)],
      isReady: () => answersMongo(this.host, this.port),
      readyWithin: 30_000,
    });
  }
}
