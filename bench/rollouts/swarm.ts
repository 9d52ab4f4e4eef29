import type Dockerode from 'dockerode';
import { eventually } from '../../test/live/support/eventually';
import { CONTAINER_PORT, type Contestant, FIRST_PORT, IMAGE, MEASURED, SWARM, VARIABLE } from './contestant';

const SERVICE = 'measured';
const PORT = 2377;
/** Nanoseconds, as the Engine counts: an update is looked at for no longer. */
const NO_TIME = 1;
const PATIENCE = { within: 60_000, every: 20 };

/**
 * Docker Swarm at its best: a global service, ports of the hosts, an image that is there, all hosts updated at once
 * without delay, nothing kept of tasks that were.
 */
export class Swarm implements Contestant {
  readonly name = SWARM;
  private service?: Dockerode.Service;

  private constructor(private readonly manager: Dockerode) {}

  /** Makes one swarm of all. @param addresses by which they reach each other, host by host */
  static async of(engines: readonly Dockerode[], addresses: readonly string[]): Promise<Swarm> {
    const manager = engines[0]!;
    const listens = (host: number) => ({ ListenAddr: `0.0.0.0:${PORT}`, AdvertiseAddr: addresses[host]! });
    const history = { Orchestration: { TaskHistoryRetentionLimit: 0 } };
    await manager.swarmInit({ ...listens(0), Spec: { Name: 'default', ...history } });
    const { JoinTokens } = (await manager.swarmInspect()) as { JoinTokens: { Worker: string } };
    for (const [host, engine] of engines.entries()) {
      if (host === 0) continue;
      const joins = { RemoteAddrs: [`${addresses[0]}:${PORT}`], JoinToken: JoinTokens.Worker };
      await engine.swarmJoin({ ...listens(host), ...joins });
    }
    const isReady = (node: Dockerode.Node & { Status?: { State: string } }) => node.Status?.State === 'ready';
    await eventually(async () => (await manager.listNodes()).every(isReady), PATIENCE);
    return new Swarm(manager);
  }

  async create(): Promise<void> {
    const { id } = (await this.manager.createService(specOf('first'))) as { id: string };
    this.service = this.manager.getService(id);
  }

  async change(value: string): Promise<void> {
    const { Version } = (await this.service!.inspect()) as { Version: { Index: number } };
    await this.service!.update({ ...specOf(value), version: Version.Index });
  }

  async remove(): Promise<void> {
    await this.service!.remove();
  }
}

const specOf = (value: string): Dockerode.CreateServiceOptions => ({
  Name: SERVICE,
  TaskTemplate: {
    ContainerSpec: {
      Image: IMAGE,
      Env: [`${VARIABLE}=${value}`],
      Labels: { [MEASURED.name]: MEASURED.value },
    },
    RestartPolicy: { Condition: 'any', Delay: 0 },
  },
  Mode: { Global: {} },
  UpdateConfig: { Parallelism: 0, Order: 'stop-first', Delay: 0, Monitor: NO_TIME, FailureAction: 'continue' },
  EndpointSpec: {
    Ports: [{ Protocol: 'tcp', TargetPort: CONTAINER_PORT, PublishedPort: FIRST_PORT, PublishMode: 'host' }],
  },
});
