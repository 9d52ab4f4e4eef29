import { freemem } from 'node:os';
import { join } from 'node:path';
import type { Cable } from '../live/support/cable';
import type { Docker } from '../live/support/docker';
import { OwnEngine } from '../live/support/engine';
import { eventually } from '../live/support/eventually';
import { command } from '../live/support/network-link';
import type { FleetOptions } from './fleet-options';
import type { Ground } from './ground';
import type { HostImages } from './host-images';
import { WorkerContainer } from './worker-container';

/**
 * Shims are in the Engine's namespace, what containers run is in its cgroup. Prints whom it had to kill. Sockets of
 * shims are in a folder that Engines share, which no reboot empties here.
 */
const KILL_ALL = `
sockets=$(nsenter --net="/run/netns/$1" grep -o '/run/containerd/s/[0-9a-f]*$' /proc/net/unix)
{
  ip netns pids "$1"
  find /sys/fs/cgroup -maxdepth 2 -type d -name "$1" | while read -r group; do
    find "$group" -name cgroup.procs -exec cat {} +
  done
} 2> /dev/null | sort -u | while read -r pid; do
  grep -qs '^[0-9]* (.*) [ZX]' "/proc/$pid/stat" || { kill -KILL "$pid" 2> /dev/null && echo "$pid"; }
done
[ -z "$sockets" ] || rm -f $sockets`;

/** Bytes. What an Engine keeps is in memory then: there it is made, and above all removed, several times as fast. */
const ENOUGH_MEMORY = 6 * 2 ** 30;

type Engines = NonNullable<FleetOptions['engines']>;

export interface HostOptions {
  /** Of the worker, besides those that every one has; without `DEVICE_GROUP` and `APP_NAME` it is in the group `fleet`. */
  settings?: Record<string, string>;
  /** Whether the worker's folder outlives its container; default true. */
  dataVolume?: boolean;
}

/** One host of the fleet: a Docker Engine in a network namespace, with a worker container. */
export class FleetHost {
  private container?: WorkerContainer;

  private constructor(
    /** As `docker info` shows it; the host's id begins with it. */
    readonly name: string,
    readonly engine: OwnEngine,
    private readonly cable: Cable,
    private readonly folder: string,
    private readonly workerImage: string,
  ) {}

  /** Starts the Engine and gives it its images; the worker is not run yet. @param number counted from 1 */
  static async create(ground: Ground, number: number, images: HostImages, engines: Engines = {}): Promise<FleetHost> {
    const { prefix, folder, network } = ground;
    const [name, place] = [`edge-${number}`, join(folder, `h${number}`)];
    const cable = network.cableOf(number);
    const engine = await OwnEngine.create({
      ...{ ...engines, name: `${prefix}-${number}`, hostName: name, folder: place, cable },
      dataMegabytes: freemem() > ENOUGH_MEMORY ? images.roomMegabytes : undefined,
    });
    try {
      if (!engine.link) throw new Error('this Engine has no cable');
      return new FleetHost(name, engine, engine.link, place, await images.load(engine.docker));
    } catch (error) {
      await engine.remove();
      throw error;
    }
  }

  /** As the others of the fleet reach it; ports that its containers publish are here. */
  get address(): string {
    return this.cable.inside;
  }

  /** Docker's own command line against this host. */
  get docker(): Docker {
    return this.engine.docker;
  }

  get worker(): WorkerContainer {
    if (!this.container) throw new Error(`${this.name} has no worker`);
    return this.container;
  }

  /** Makes the worker container and starts it. */
  async runWorker(settings: Record<string, string>, dataVolume?: boolean): Promise<void> {
    this.container = new WorkerContainer(this.docker, {
      socket: this.engine.socket,
      image: this.workerImage,
      settings: { ...settings },
      settingsFile: join(this.folder, 'worker.env'),
      dataVolume,
    });
    await this.container.run();
  }

  /** Cuts the network cable: what is sent is lost, and nobody is told. */
  cut(): Promise<void> {
    return this.cable.cut();
  }

  mend(): Promise<void> {
    return this.cable.mend();
  }

  /** Bytes that came through the cable. */
  received(): Promise<number> {
    return this.cable.received();
  }

  /** Power off: the Engine and all that runs on it are gone at once. `engine.start()` is the boot. */
  async crash(): Promise<void> {
    await this.engine.kill();
    const killed = async () => (await command('bash', ['-c', KILL_ALL, 'kill', this.engine.name])).stdout;
    await eventually(async () => (await killed()) === '', { every: 10 });
  }

  /** Takes the host away with all that it has. May be called again. */
  async remove(): Promise<void> {
    // Nothing of it is needed any more: no container has to be given time to end.
    await this.engine.kill();
    await this.engine.remove();
  }
}
