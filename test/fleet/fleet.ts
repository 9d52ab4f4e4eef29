import { eventually } from '../live/support/eventually';
import { OwnRegistry } from '../live/support/registry';
import type { Balancer } from '../services/balancer';
import type { Broker } from '../services/broker';
import type { Database } from '../services/database';
import { VHOST } from './broker-access';
import { brokerSettings, type ControlPlane, removeControlPlane, startControlPlane } from './control-plane';
import { FleetHost, type HostOptions } from './fleet-host';
import { type FleetOptions, GROUP, INSTALLATION, USER } from './fleet-options';
import type { FleetProgram } from './fleet-program';
import { Ground } from './ground';
import { HostImages } from './host-images';
import { type ApiAccess, knownHosts } from './known-hosts';
import { makeSecrets, type Secrets } from './secrets';
import { together } from './together';

const HEARD_WITHIN_MS = 60_000;

/** Where everything is and how to get in. */
export interface Access extends ApiAccess {
  /** The replicas, past the balancer. */
  apis: readonly string[];
  /** Of the broker's administrator. */
  rabbit: string;
  mongo: string;
}

/**
 * The whole of Nebula on this machine: broker, database, two apis behind a balancer, monitor, and hosts, each an Engine
 * in a network namespace with a worker container. Every part may be stopped, killed, frozen and started again. Nothing
 * of it stays after `stop`, nor after this process ended in any other way.
 */
export class Fleet {
  /** Those that were not removed, in the order in which they came. */
  readonly hosts: FleetHost[] = [];
  private numbers = 0;

  private constructor(
    private readonly ground: Ground,
    private readonly secrets: Secrets,
    private readonly options: FleetOptions,
    private readonly images: HostImages,
    private readonly control: ControlPlane,
    readonly registry?: OwnRegistry,
  ) {}

  /** Starts all of it; every host was heard of when this resolves. Rejects with nothing left behind. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const ground = await Ground.lay(options.folder, options.network);
    try {
      const secrets = makeSecrets();
      const images = new HostImages(ground.folder, options.images ?? []);
      const numbers = Array.from({ length: options.hosts ?? 3 }, (_, index) => index + 1);
      const [control, registry, ...hosts] = await together([
        startControlPlane(ground, secrets, options),
        options.registry ? OwnRegistry.create({ address: ground.network.machine }) : undefined,
        ...numbers.map((number) => FleetHost.create(ground, number, images, options.engines)),
      ]);
      const fleet = new Fleet(ground, secrets, options, images, control, registry);
      fleet.numbers = hosts.length;
      await fleet.take(hosts);
      return fleet;
    } catch (error) {
      await ground.clear();
      throw error;
    }
  }

  get broker(): Broker {
    return this.control.broker;
  }

  /** Undefined where a server was named from outside. */
  get database(): Database | undefined {
    return this.control.database;
  }

  get balancer(): Balancer {
    return this.control.balancer;
  }

  get apis(): readonly FleetProgram[] {
    return this.control.apis;
  }

  get monitor(): FleetProgram {
    return this.control.monitor;
  }

  get access(): Access {
    const { broker, mongoUrl: mongo, apiUrls: apis, balancer } = this.control;
    return { api: balancer.url, apis, user: USER, password: this.secrets.api, rabbit: broker.url(VHOST), mongo };
  }

  /** Adds a host; it was heard of when this resolves. */
  async addHost(options: HostOptions = {}): Promise<FleetHost> {
    this.numbers += 1;
    const host = await FleetHost.create(this.ground, this.numbers, this.images, this.options.engines);
    await this.take([host], options);
    return host;
  }

  /** Takes a host away without a word to anybody, like a machine that is carried off. */
  async removeHost(host: FleetHost): Promise<void> {
    await host.remove();
    this.hosts.splice(this.hosts.indexOf(host), 1);
  }

  /** What the api calls the hosts, in the order of `hosts`; undefined for one that is silent or was never heard. */
  async hostIds(): Promise<(string | undefined)[]> {
    const known = await knownHosts(this.access);
    return this.hosts.map(({ name }) => known.find(({ engine, silent }) => engine?.name === name && !silent)?.id);
  }

  /** Ends everything and removes it. May be called again. */
  async stop(): Promise<void> {
    await Promise.allSettled([
      ...this.hosts.map((host) => host.remove()),
      removeControlPlane(this.control),
      this.registry?.remove(),
    ]);
    await this.ground.clear();
  }

  /** Runs a worker on each, and waits until all hosts were heard of. */
  private async take(hosts: readonly FleetHost[], { settings = {}, dataVolume }: HostOptions = {}): Promise<void> {
    const isSelected = settings.APP_NAME !== undefined || settings.DEVICE_GROUP !== undefined;
    const all = { ...this.workerSettings, ...(isSelected ? {} : { DEVICE_GROUP: GROUP }), ...settings };
    await together(hosts.map((host) => host.runWorker(all, dataVolume)));
    this.hosts.push(...hosts);
    const areHeard = async () => (await this.hostIds()).slice(-hosts.length).every((id) => id !== undefined);
    await eventually(areHeard, { within: HEARD_WITHIN_MS });
  }

  private get workerSettings(): Record<string, string> {
    const registry = this.registry && [
      { host: this.registry.host, user: this.registry.user, password: this.registry.password },
    ];
    return {
      INSTALLATION,
      ...brokerSettings(this.broker, this.ground.network.machine, 'worker', this.secrets.broker.worker),
      ...(registry && { REGISTRIES: JSON.stringify(registry) }),
      SETTLE_SECONDS: '1',
      ...this.options.settings,
    };
  }
}
