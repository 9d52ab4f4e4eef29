import type Dockerode from 'dockerode';

export interface RawAppOptions {
  name: string;
  image: string;
  /** `name=value`, for what removes it in the end. */
  label: string;
  network: string;
  /** Host port of the first container, which is published from its port 80. */
  port: number;
}

/**
 * What Docker itself takes: the calls that a change of an app comes down to, made directly, as parallel as their order
 * allows. Our own times are held against these. Each method returns the milliseconds that it took.
 */
export class RawApp {
  private ids: string[] = [];
  private made = 0;

  constructor(
    private readonly engine: Dockerode,
    private readonly options: RawAppOptions,
  ) {}

  up(count: number): Promise<number> {
    return timed(async () => {
      const first = this.ids.length;
      const added = Array.from({ length: count }, async (_, index) => {
        const container = await this.create(first + index, this.name(first + index));
        await container.start();
        return container.id;
      });
      this.ids.push(...(await Promise.all(added)));
    });
  }

  down(count: number): Promise<number> {
    return timed(async () => {
      const surplus = this.ids.splice(this.ids.length - count);
      await Promise.all(surplus.map((id) => this.remove(id)));
    });
  }

  /** New ones beside the old ones; then each takes over its port and its name. */
  replace(): Promise<number> {
    return timed(async () => {
      this.ids = await Promise.all(this.ids.map((old, index) => this.replaceOne(old, index)));
    });
  }

  private async replaceOne(old: string, index: number): Promise<string> {
    const container = await this.create(index, `${this.name(index)}.next${++this.made}`);
    await this.engine.getContainer(old).stop();
    await container.start();
    await this.engine.getContainer(old).remove();
    await container.rename({ name: this.name(index) });
    return container.id;
  }

  private create(index: number, name: string): Promise<Dockerode.Container> {
    const [label, value] = this.options.label.split('=');
    const { image, network, port } = this.options;
    return this.engine.createContainer({
      name,
      Image: image,
      Labels: { [String(label)]: String(value) },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NetworkMode: network,
        RestartPolicy: { Name: 'unless-stopped' },
        PortBindings: { '80/tcp': [{ HostPort: String(port + index) }] },
      },
    });
  }

  private async remove(id: string): Promise<void> {
    const container = this.engine.getContainer(id);
    await container.stop();
    await container.remove();
  }

  private name(index: number): string {
    return `${this.options.name}-${index + 1}`;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}
