import { writeFile } from 'node:fs/promises';
import { OwnProgram } from '../services/own-program';
import { Service } from '../services/service';

export interface FleetProgramOptions {
  name: string;
  /** Where its settings and its log are. */
  folder: string;
  /** The built program. */
  file: string;
  /** All of its environment, with the names of `docs/configuration.md`. */
  settings: Record<string, string>;
  /** Where it will listen; none for a program that does not. */
  address?: { host: string; port: number };
  /** Whether it does its work. */
  isReady: () => Promise<unknown>;
}

const READY_WITHIN_MS = 30_000;
/** Nothing of the caller's environment, which may hold settings of somebody's; the mark is how it is found again. */
const ALONE = 'cd "$1" && shift && exec env -i NEBULA_SERVICE="$NEBULA_SERVICE" PATH="$PATH" "$@"';

/** An api replica or the monitor: the built program as a process. */
export class FleetProgram extends OwnProgram {
  private constructor(
    service: Service,
    private readonly options: FleetProgramOptions,
  ) {
    super(service);
  }

  static async create(options: FleetProgramOptions): Promise<FleetProgram> {
    return new FleetProgram(await Service.create(options.name, options.folder), options);
  }

  get name(): string {
    return this.options.name;
  }

  get runs(): boolean {
    return this.service.runs;
  }

  /** What its processes said, all of them. */
  get log(): string {
    return this.service.path('log');
  }

  /** Starts it; it does its work when this resolves. @param settings besides those that it had, from now on */
  async start(settings: Record<string, string> = {}): Promise<void> {
    Object.assign(this.options.settings, settings);
    const file = this.service.path('settings.env');
    const lines = Object.entries(this.options.settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(file, lines.join(''), { mode: 0o600 });
    await this.service.start({
      address: this.options.address,
      command: 'sh',
      args: ['-c', ALONE, 'sh', this.service.folder, process.execPath, `--env-file=${file}`, this.options.file],
      isReady: this.options.isReady,
      readyWithin: READY_WITHIN_MS,
    });
  }
}
