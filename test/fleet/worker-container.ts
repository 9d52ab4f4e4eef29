import { chmod, writeFile } from 'node:fs/promises';
import { command } from '../live/support/network-link';
import type { Docker } from '../live/support/docker';

export interface WorkerContainerOptions {
  /** Of the Engine, on this machine. */
  socket: string;
  image: string;
  settings: Record<string, string>;
  /** Where its settings are written, owner-only: an argument could be read by everybody. */
  settingsFile: string;
  /** Whether its folder outlives the container; default true. */
  dataVolume?: boolean;
}

/** The worker of a host as a person runs it: a container that Docker starts again when it ends by itself. */
export class WorkerContainer {
  readonly name = 'nebula-worker';

  constructor(
    private readonly docker: Docker,
    private readonly options: WorkerContainerOptions,
  ) {}

  /** Makes the container and starts it. */
  async run(image = this.options.image): Promise<void> {
    const { socket, settings, settingsFile, dataVolume = true } = this.options;
    await writeFile(settingsFile, linesOf(settings), { mode: 0o600 });
    await chmod(settingsFile, 0o600);
    const mounts = [`${socket}:/var/run/docker.sock`, ...(dataVolume ? ['nebula-worker:/data'] : [])];
    await this.docker.run([
      ...['run', '--detach', '--name', this.name, '--restart', 'always', '--env-file', settingsFile],
      // Without a volume it keeps its file in the container.
      ...(dataVolume ? ['--read-only'] : []),
      ...mounts.flatMap((mount) => ['--volume', mount]),
      image,
    ]);
  }

  /** Puts a container of this image, with these settings besides those that it had, in its place. */
  async replace(settings: Record<string, string> = {}, image = this.options.image): Promise<void> {
    await this.remove();
    Object.assign(this.options.settings, settings);
    await this.run(image);
  }

  /** Stops it as `docker stop` does and takes it away; its volume stays. */
  async remove(): Promise<void> {
    await this.stop();
    await this.docker.run(['rm', '--force', this.name]);
  }

  async stop(): Promise<void> {
    await this.thaw();
    await this.docker.run(['stop', this.name]);
  }

  async start(): Promise<void> {
    await this.docker.run(['start', this.name]);
  }

  /** kill -9 by Docker, which leaves it at that until `start`. */
  async kill(): Promise<void> {
    await this.docker.run(['kill', this.name]);
  }

  /** kill -9 of its first process: Docker starts it again by itself. */
  async crash(): Promise<void> {
    await this.signal('SIGKILL');
  }

  /** Nothing of it moves until `thaw`: its connections stay open. */
  async freeze(): Promise<void> {
    await this.signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.signal('SIGCONT');
  }

  async isRunning(): Promise<boolean> {
    return (await this.docker.inspect(this.name)).State.Running;
  }

  /** What it said on both outputs. */
  async logs(): Promise<string> {
    const { stdout, stderr } = await command('docker', ['--host', this.docker.host, 'logs', this.name]);
    return stdout + stderr;
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const { Pid: pid } = (await this.docker.inspect(this.name)).State;
    if (pid > 0) process.kill(pid, signal);
  }
}

const linesOf = (settings: Record<string, string>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
