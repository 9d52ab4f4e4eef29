import { createNebulaClient } from '@nebula/client';
import type { Fleet } from '../../test/fleet/fleet';
import { GROUP } from '../../test/fleet/fleet-options';
import { Apps, type AppSpec } from '../../test/live/apps';
import { CONTAINER_PORT, type Contestant, FIRST_PORT, IMAGE, MEASURED, NEBULA, VARIABLE } from './contestant';

export const APP = 'measured';

/** An app in the hosts' group, changed through the balancer. */
export class Nebula implements Contestant {
  readonly name = NEBULA;

  private constructor(
    private readonly apps: Apps,
    private readonly perHost: number,
  ) {}

  /**
   * A group goes on listing an app that was deleted: to create it once more is then the only call. It has no containers
   * until then: hosts would be at them when the first ones that count are made.
   */
  static async on({ access }: Fleet, perHost: number): Promise<Nebula> {
    const client = createNebulaClient({ ...access, baseUrl: access.api });
    const nebula = new Nebula(new Apps(client).accepted, perHost);
    await nebula.apps.create({ ...nebula.app, running: false });
    const { response } = await client.POST('/api/v3/device-groups', { body: { name: GROUP, apps: [APP] } });
    if (!response.ok) throw new Error(`the group can't be made: ${response.status}`);
    await nebula.remove();
    return nebula;
  }

  create(): Promise<unknown> {
    return this.apps.create(this.app);
  }

  change(value: string): Promise<unknown> {
    return this.apps.patch(APP, { env: { [VARIABLE]: value } });
  }

  remove(): Promise<unknown> {
    return this.apps.delete(APP);
  }

  private get app(): AppSpec {
    return {
      name: APP,
      image: IMAGE,
      containersPer: { host: this.perHost },
      ports: [{ host: FIRST_PORT, container: CONTAINER_PORT }],
      env: { [VARIABLE]: 'first' },
      labels: { [MEASURED.name]: MEASURED.value },
      networks: ['bridge'],
    };
  }
}
