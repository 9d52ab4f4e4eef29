import type { NebulaClient, Schemas } from '@nebula/client';

export type AppSpec = Schemas['AppSpec'];
export type AppPatch = Schemas['AppPatch'];
export type AppDocument = Schemas['AppDocument'];
export type AppStatus = Schemas['AppStatus'];
export type AppOrder = 'start' | 'stop' | 'restart' | 'pull';

/** Long enough for a busy machine; an answer comes as soon as the host is done. */
const WAIT_SECONDS = 30;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Changes of apps through the TypeScript client, each waiting for the host unless told not to. */
export class Apps {
  constructor(
    private readonly client: NebulaClient,
    private readonly wait = WAIT_SECONDS,
  ) {}

  /** The same, each answered as soon as the change is accepted. */
  get accepted(): Apps {
    return new Apps(this.client, 0);
  }

  async create(body: AppSpec): Promise<AppDocument> {
    return taken(await this.client.POST('/api/v3/apps', { params: { query: this.query }, body }));
  }

  async patch(name: string, body: AppPatch): Promise<AppDocument> {
    return taken(await this.client.PATCH('/api/v3/apps/{name}', { params: this.of(name), body }));
  }

  async order(name: string, order: AppOrder): Promise<AppDocument> {
    const path = `/api/v3/apps/{name}/${order}` as const;
    return taken(await this.client.POST(path, { params: this.of(name) }));
  }

  async delete(name: string): Promise<Schemas['Tombstone']> {
    return taken(await this.client.DELETE('/api/v3/apps/{name}', { params: this.of(name) }));
  }

  async get(name: string): Promise<AppDocument> {
    return taken(await this.client.GET('/api/v3/apps/{name}', { params: { path: { name } } }));
  }

  async status(name: string): Promise<AppStatus> {
    return taken(await this.client.GET('/api/v3/apps/{name}/status', { params: { path: { name } } }));
  }

  async containers(name: string): Promise<Schemas['ContainerView'][]> {
    const params = { path: { name }, query: { limit: 100 } };
    return taken(await this.client.GET('/api/v3/apps/{name}/containers', { params })).items;
  }

  /** The host that standalone works on. */
  async host(): Promise<Schemas['HostView']> {
    const [host] = taken(await this.client.GET('/api/v3/hosts')).items;
    if (!host) throw new Error('no host is known');
    return host;
  }

  private get query(): { wait: number } {
    return { wait: this.wait };
  }

  private of(name: string): { path: { name: string }; query: { wait: number } } {
    return { path: { name }, query: this.query };
  }
}

/** What was answered, or the problem as an error. */
function taken<T>({ data, error, response }: Answer<T>): T {
  if (!response.ok || data === undefined) {
    throw new Error(`${response.status} of ${response.url}: ${JSON.stringify(error)}`);
  }
  return data;
}
