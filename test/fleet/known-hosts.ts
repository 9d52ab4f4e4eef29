/** Where the API is and how to get in. */
export interface ApiAccess {
  api: string;
  user: string;
  password: string;
}

/** Of a host in the API's list. */
export interface KnownHost {
  id: string;
  silent: boolean;
  engine?: { name: string };
}

/** Every host that the API knows, by pages. */
export async function knownHosts(access: ApiAccess): Promise<KnownHost[]> {
  const found: KnownHost[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: KnownHost[]; nextCursor: string | null } = await get(
      access,
      `/api/v3/hosts?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

async function get<T>({ api, user, password }: ApiAccess, path: string): Promise<T> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const response = await fetch(`${api}${path}`, { headers: { authorization }, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${response.status} of ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}
