import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema';

export type { components, operations, paths } from './schema';

/** Everything that the API takes and gives, by name. */
export type Schemas = components['schemas'];

/** A typed call for each operation: `client.GET('/api/v3/apps/{name}', { params: { path: { name } } })`. */
export type NebulaClient = Client<paths>;

/** Who asks: a user with a password, or a token. */
export type NebulaCredentials = { user: string; password: string } | { token: string };

export type NebulaClientOptions = NebulaCredentials & {
  /** Where the API is, without a path: `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** Instead of the platform's own. */
  fetch?: ClientOptions['fetch'];
};

/** A client of Nebula's API. It never throws for an error of the API: `error` has the problem details, `data` is absent. */
export function createNebulaClient(options: NebulaClientOptions): NebulaClient {
  return createClient<paths>({
    baseUrl: options.baseUrl,
    headers: { authorization: authorizationOf(options) },
    ...(options.fetch && { fetch: options.fetch }),
  });
}

function authorizationOf(credentials: NebulaCredentials): string {
  if ('token' in credentials) return `Bearer ${credentials.token}`;
  // Base64 of UTF-8, as RFC 7617 has it; `btoa` alone would take Latin-1 only.
  const bytes = new TextEncoder().encode(`${credentials.user}:${credentials.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
