import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon, lives } from './daemon';
import { Docker } from './docker';
import { eventually } from './eventually';
import { Keeper } from './keeper';
import { type Cable, directCable, type LayCable } from './cable';
import { command } from './network-link';

export interface OwnEngineOptions {
  /** Puts all that the Engine keeps on a disk in memory of this many MB, which a test can fill. */
  dataMegabytes?: number;
  /** Lays a cable to this machine, for ports that a test calls and for registries that the Engine pulls from. */
  linked?: boolean;
  /** Another cable than that one. */
  cable?: LayCable;
  /** Of the namespace, the cgroup and, unless `hostName` is given, the host; at most 14 letters. Default: a random one. */
  name?: string;
  /** Of the host, as `docker info` shows it. */
  hostName?: string;
  /** Where all that it keeps is, made here and removed with it; a short path, since sockets are in it. */
  folder?: string;
  /** Registries to be spoken to without TLS, as in daemon.json; this machine's end of the cable always is one. */
  insecureRegistries?: string[];
  /** Lets containers outlive the daemon. */
  liveRestore?: boolean;
  /** Has the daemon's log tell every call that is made of it. */
  tellsCalls?: boolean;
  /** Hides the memory cgroup from the daemon, which drops memory limits then, as on a Raspberry Pi. Cgroup v1. */
  withoutMemoryLimits?: boolean;
  /** Of the daemon, besides this process' own environment. */
  environment?: Record<string, string>;
}

/** Names of those that nobody named, and of their network namespaces. */
const UNNAMED = /^nbt-[0-9a-f]{8}$/;
const folderOf = (name: string): string => join(tmpdir(), `nebula-engine-${name}`);
const keep = (folder: string, name: string): Keeper =>
  Keeper.start(readFileSync(join(__dirname, 'sweep-engine.sh'), 'utf8'), folder, name);

/**
 * Removes what is left of unnamed Engines whose keepers went with all else that ran: a namespace outlives that.
 * @returns their names
 */
export async function removeLeftOverEngines(): Promise<string[]> {
  const names = (await readdir('/run/netns').catch(() => [])).filter((name) => UNNAMED.test(name));
  return Keeper.sweep(names, (name) => keep(folderOf(name), name));
}

/**
 * A Docker Engine of the test's own, in a network namespace of its own, that a test may stop, kill, cut off, fill and
 * configure as it likes. Nothing of it stays after `remove`, nor after the test process ended in any other way.
 */
export class OwnEngine {
  /** The cable to this machine, when it was asked for. */
  link?: Cable;
  /** The command line against this Engine. */
  readonly docker: Docker;
  private daemon?: Daemon;
  private environment: Record<string, string> = {};
  private withoutMemoryLimits = false;

  private constructor(
    /** Of the namespace and of the cgroup. */
    readonly name: string,
    /** As `docker info` shows it. */
    readonly hostName: string,
    private readonly folder: string,
    private readonly keeper: Keeper,
  ) {
    this.docker = new Docker(this.host);
  }

  /** Makes one and starts it; ready when this resolves. */
  static async create(options: OwnEngineOptions = {}): Promise<OwnEngine> {
    const name = options.name ?? `nbt-${randomBytes(4).toString('hex')}`;
    const folder = options.folder ?? folderOf(name);
    const engine = new OwnEngine(name, options.hostName ?? name, folder, keep(folder, name));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await engine.prepare(options);
      await engine.start();
      return engine;
    } catch (error) {
      await engine.remove();
      throw error;
    }
  }

  /** As in DOCKER_HOST. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  get socket(): string {
    return this.path('docker.sock');
  }

  /** What the daemon said. */
  get log(): string {
    return this.path('log');
  }

  /** Starts the daemon, also after `kill`; ready when this resolves. */
  async start(): Promise<void> {
    // Believed by the daemon even when their processes are gone.
    await rm(this.path('docker.pid'), { force: true });
    await rm(this.path('exec/containerd/containerd.pid'), { force: true });
    // nsenter, not `ip netns exec`: that one hides the cgroups, without which the daemon does not start.
    const apart = this.withoutMemoryLimits ? ['--uts', '--mount', '--propagation', 'private'] : ['--uts'];
    const enter = [`--net=/run/netns/${this.name}`, 'unshare', ...apart];
    const first = `${this.withoutMemoryLimits ? 'umount /sys/fs/cgroup/memory && ' : ''}hostname "$1" && shift`;
    const named = ['sh', '-c', `${first} && exec "$@"`, 'sh', this.hostName];
    const args = [...enter, ...named, 'dockerd', ...this.daemonOptions()];
    this.daemon = await Daemon.start('nsenter', args, this.log, { env: this.environment });
    await this.daemon.untilReady(() => this.docker.run(['version', '--format', '{{.Server.Version}}']));
  }

  /** Ends the daemon as a system's shutdown does; its containers stop, unless `liveRestore`. */
  async stop(): Promise<void> {
    await this.daemon?.end('SIGTERM');
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const containerd = await readFile(this.path('exec/containerd/containerd.pid'), 'utf8').catch(() => '');
    await this.daemon?.end('SIGKILL');
    // It dies with the daemon, and as long as it lives the next daemon waits for it in vain.
    await eventually(async () => !(await lives(containerd)), { every: 5 });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Cuts the cable, or mends it. */
  async setLinked(linked: boolean): Promise<void> {
    if (!this.link) throw new Error('this Engine was made without a cable');
    await (linked ? this.link.mend() : this.link.cut());
  }

  /** Ends it and removes all of it. May be called again. */
  remove(): Promise<void> {
    return this.keeper.release();
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private async prepare(options: OwnEngineOptions): Promise<void> {
    const { dataMegabytes, cable = options.linked ? directCable : undefined, environment = {} } = options;
    this.environment = environment;
    this.withoutMemoryLimits = options.withoutMemoryLimits ?? false;
    await command('ip', ['netns', 'add', this.name]);
    await command('ip', ['-n', this.name, 'link', 'set', 'lo', 'up']);
    this.link = await cable?.(this.name);
    await mkdir(this.path('data'));
    if (dataMegabytes) {
      await command('mount', ['-t', 'tmpfs', '-o', `size=${dataMegabytes}m`, 'tmpfs', this.path('data')]);
    }
    const configuration = {
      // Engines that share the machine's key also share their id.
      'deprecated-key-path': this.path('key.json'),
      'insecure-registries': [...(options.insecureRegistries ?? []), ...(this.link ? [this.link.subnet] : [])],
      'live-restore': options.liveRestore ?? false,
      debug: options.tellsCalls ?? false,
      'exec-opts': ['native.cgroupdriver=cgroupfs'],
    };
    await writeFile(this.path('daemon.json'), JSON.stringify(configuration));
  }

  private daemonOptions(): string[] {
    const places = { 'config-file': 'daemon.json', 'data-root': 'data', 'exec-root': 'exec', pidfile: 'docker.pid' };
    const options = Object.entries(places).flatMap(([option, name]) => [`--${option}`, this.path(name)]);
    return ['--host', this.host, '--cgroup-parent', `/${this.name}`, ...options];
  }
}
