/** What the broker says of a queue. Counts are some seconds old; `messages` is missing until they are counted. */
export interface QueueInfo {
  name: string;
  vhost: string;
  type: string;
  durable: boolean;
  exclusive: boolean;
  arguments: Record<string, unknown>;
  messages?: number;
  consumers?: number;
}

/** What the broker says of a connection. New ones appear after some seconds. */
export interface ConnectionInfo {
  name: string;
  user: string;
  vhost: string;
  client_properties: { connection_name?: string };
}

/** Regular expressions of what a user may declare, write to and read from. */
export interface Permissions {
  configure: string;
  write: string;
  read: string;
}

const everything: Permissions = { configure: '.*', write: '.*', read: '.*' };

/** The broker's management API: the same as rabbitmqctl in milliseconds, where that one takes seconds. */
export class BrokerAdmin {
  private readonly authorization: string;
  private readonly address: string;

  /** @param url of the management listener, with the name and password of an administrator */
  constructor(url: string) {
    const { username, password, host } = new URL(url);
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    this.address = `http://${host}/api`;
  }

  /** Resolves to the answer's JSON, undefined without one; rejects when the broker refuses. */
  async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: { authorization: this.authorization, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Makes a vhost that the user may do everything in. */
  async putVhost(name: string, user: string): Promise<void> {
    await this.request('PUT', `/vhosts/${encodeURIComponent(name)}`, {});
    await this.permit(user, name);
  }

  async deleteVhost(name: string): Promise<void> {
    await this.request('DELETE', `/vhosts/${encodeURIComponent(name)}`);
  }

  /** @param tags as `administrator` or `monitoring`, with commas; none for a plain user */
  async putUser(name: string, password: string, tags = ''): Promise<void> {
    await this.request('PUT', `/users/${encodeURIComponent(name)}`, { password, tags });
  }

  async deleteUser(name: string): Promise<void> {
    await this.request('DELETE', `/users/${encodeURIComponent(name)}`);
  }

  async permit(user: string, vhost: string, permissions: Permissions = everything): Promise<void> {
    await this.request('PUT', `/permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(user)}`, permissions);
  }

  queues(vhost: string): Promise<QueueInfo[]> {
    return this.request('GET', `/queues/${encodeURIComponent(vhost)}`);
  }

  connections(vhost: string): Promise<ConnectionInfo[]> {
    return this.request('GET', `/vhosts/${encodeURIComponent(vhost)}/connections`);
  }

  /** All bindings of an exchange go, also those of others' own queues, which cannot be taken away one by one here. */
  async loseBindings(vhost: string, exchange: string): Promise<void> {
    const path = exchangePath(vhost, exchange);
    const { type, durable } = await this.request<{ type: string; durable: boolean }>('GET', path);
    await this.deleteExchange(vhost, exchange);
    await this.request('PUT', path, { type, durable });
  }

  async deleteExchange(vhost: string, exchange: string): Promise<void> {
    await this.request('DELETE', exchangePath(vhost, exchange));
  }

  /** Whoever took from it is told. */
  async deleteQueue(vhost: string, queue: string): Promise<void> {
    await this.request('DELETE', `/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`);
  }

  /** Ends a connection from the broker's side. */
  async closeConnection(name: string): Promise<void> {
    await this.request('DELETE', `/connections/${encodeURIComponent(name)}`);
  }

  /** Declares what a definitions file says: vhosts, users, policies, exchanges, queues, bindings. */
  async importDefinitions(definitions: object): Promise<void> {
    await this.request('POST', '/definitions', definitions);
  }
}

const exchangePath = (vhost: string, exchange: string): string => `/exchanges/${encodeURIComponent(vhost)}/${exchange}`;
