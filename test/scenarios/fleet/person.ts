import type { NebulaClient, operations, Schemas } from '@nebula/client';
import { eventuallyTrue } from './time';

type Spec = Schemas['AppSpec'];
type Patch = operations['patchApp']['requestBody']['content']['application/json'];

/** An answer of the API, as far as scenarios look at it. */
interface Answer<T> {
  data?: T;
  response: Response;
}

/** What a person does with the fleet, over HTTP. Every call fails unless it is accepted. */
export class Person {
  constructor(private readonly client: () => NebulaClient) {}

  async create(spec: Spec, wait?: number) {
    return accepted(await this.client().POST('/api/v3/apps', { params: waiting(wait), body: spec }));
  }

  async patch(name: string, body: Patch, wait?: number) {
    return accepted(await this.client().PATCH('/api/v3/apps/{name}', { params: at(name, wait), body }));
  }

  async remove(name: string, wait?: number) {
    return accepted(await this.client().DELETE('/api/v3/apps/{name}', { params: at(name, wait) }));
  }

  async start(name: string, wait?: number) {
    return accepted(await this.client().POST('/api/v3/apps/{name}/start', { params: at(name, wait) }));
  }

  async stop(name: string, wait?: number) {
    return accepted(await this.client().POST('/api/v3/apps/{name}/stop', { params: at(name, wait) }));
  }

  async restart(name: string, wait?: number) {
    return accepted(await this.client().POST('/api/v3/apps/{name}/restart', { params: at(name, wait) }));
  }

  async pull(name: string, wait?: number) {
    return accepted(await this.client().POST('/api/v3/apps/{name}/pull', { params: at(name, wait) }));
  }

  async createGroup(name: string, apps: string[], wait?: number) {
    return accepted(await this.client().POST('/api/v3/device-groups', { params: waiting(wait), body: { name, apps } }));
  }

  async list(group: string, apps: string[], wait?: number) {
    const params = at(group, wait);
    return accepted(await this.client().PATCH('/api/v3/device-groups/{name}', { params, body: { apps } }));
  }

  async removeGroup(name: string) {
    return accepted(await this.client().DELETE('/api/v3/device-groups/{name}', { params: at(name) }));
  }

  async takeOver() {
    return accepted(await this.client().POST('/api/v3/store/take-over'));
  }

  async store() {
    return accepted(await this.client().GET('/api/v3/store'));
  }

  /** A group in which a host is known to be cannot be deleted, and a report under way makes a forgotten host known again. */
  async removeGroupOf(host: string, group: string): Promise<void> {
    await eventuallyTrue(`group ${group} is deleted`, async () => {
      await this.forgetHost(host).catch(() => undefined);
      return this.removeGroup(group).then(
        () => true,
        () => false,
      );
    });
  }

  async apps() {
    return accepted(await this.client().GET('/api/v3/apps', { params: { query: { limit: 200 } } })).items;
  }

  async groups() {
    return accepted(await this.client().GET('/api/v3/device-groups', { params: { query: { limit: 200 } } })).items;
  }

  async hosts() {
    return accepted(await this.client().GET('/api/v3/hosts', { params: { query: { limit: 200 } } })).items;
  }

  /** @returns undefined when it is not known */
  async host(id: string) {
    return (await this.client().GET('/api/v3/hosts/{id}', { params: { path: { id } } })).data;
  }

  async forgetHost(id: string): Promise<void> {
    const { response } = await this.client().DELETE('/api/v3/hosts/{id}', { params: { path: { id } } });
    if (response.status !== 204) throw new Error(`host ${id} was not forgotten: ${response.status}`);
  }

  /** Fails when the counts do not sum to the hosts. @returns undefined when there is no such app, or nothing left of it */
  async status(name: string) {
    const { data } = await this.client().GET('/api/v3/apps/{name}/status', { params: { path: { name } } });
    if (data) assertSum(data.rollout);
    return data;
  }

  async containers(name: string) {
    const params = { path: { name }, query: { limit: 200 } };
    return accepted(await this.client().GET('/api/v3/apps/{name}/containers', { params })).items;
  }
}

const waiting = (wait: number | undefined) => (wait === undefined ? {} : { query: { wait } });

const at = (name: string, wait?: number) => ({ path: { name }, ...waiting(wait) });

function accepted<T>({ data, response, ...rest }: Answer<T>): T {
  if (data !== undefined) return data;
  throw new Error(`${response.url} was answered by ${response.status}: ${JSON.stringify(rest)}`);
}

export type Rollout = Schemas['Rollout'];

export function assertSum(rollout: Rollout): void {
  const { hosts, converged, converging, waiting: told, failed, silent } = rollout;
  if (converged + converging + told + failed + silent === hosts) return;
  throw new Error(`the counts do not sum to the hosts: ${JSON.stringify(rollout)}`);
}
