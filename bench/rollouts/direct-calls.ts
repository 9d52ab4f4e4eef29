import type Dockerode from 'dockerode';
import { type Contestant, DIRECT_CALLS, VARIABLE } from './contestant';

/** Where one container is to be, and the one that is there. */
interface Slot {
  engine: Dockerode;
  /** As `docker inspect` shows one of Nebula's in this slot. */
  model: Dockerode.ContainerInspectInfo;
  container?: Dockerode.Container;
}

/** Labels of Nebula's own: with another name its worker leaves the container alone. */
const OWN_LABEL = /^nebula\./;
let made = 0;

/** The floor: the same containers by the calls of an Engine that they take, on all hosts at once and side by side. */
export class DirectCalls implements Contestant {
  readonly name = DIRECT_CALLS;

  constructor(private readonly slots: readonly Slot[]) {}

  /** Takes the containers that are there as models. @param ids host by host */
  static async like(engines: readonly Dockerode[], ids: readonly (readonly string[])[]): Promise<DirectCalls> {
    const slots = engines.flatMap((engine, host) =>
      ids[host]!.map(async (id): Promise<Slot> => ({ engine, model: await engine.getContainer(id).inspect() })),
    );
    return new DirectCalls(await Promise.all(slots));
  }

  create(): Promise<unknown> {
    return this.onAll(async (slot) => {
      slot.container = await make(slot, 'first');
      await slot.container.start();
    });
  }

  change(value: string): Promise<unknown> {
    return this.onAll(async (slot) => {
      const [before, container] = [slot.container!, await make(slot, value)];
      await before.stop();
      await container.start();
      slot.container = container;
      await before.remove();
    });
  }

  remove(): Promise<unknown> {
    return this.onAll(async ({ container }) => {
      await container!.stop();
      await container!.remove();
    });
  }

  private onAll(work: (slot: Slot) => Promise<void>): Promise<unknown> {
    return Promise.all(this.slots.map(work));
  }
}

function make({ engine, model }: Slot, value: string): Promise<Dockerode.Container> {
  const { Config, HostConfig, NetworkSettings } = model;
  const labels = Object.entries(Config.Labels).map(([name, text]) => [name.replace(OWN_LABEL, 'direct.'), text]);
  const networks = Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => [name, { Aliases }]);
  return engine.createContainer({
    name: `direct-${++made}`,
    Image: Config.Image,
    Labels: Object.fromEntries(labels) as Record<string, string>,
    Env: [...Config.Env.filter((entry) => !entry.startsWith(`${VARIABLE}=`)), `${VARIABLE}=${value}`],
    ExposedPorts: Config.ExposedPorts,
    HostConfig,
    NetworkingConfig: { EndpointsConfig: Object.fromEntries(networks) },
  });
}
