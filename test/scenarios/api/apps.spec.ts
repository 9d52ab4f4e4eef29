import { ApiServer } from './api-server';

describe('apps over HTTP', () => {
  let api: ApiServer;
  beforeAll(async () => void (api = await ApiServer.start()));
  afterAll(() => api.end());

  const at = (name: string) => ({ params: { path: { name } } });

  it('must answer a create with 201, Location, ETag and the document with every default', async () => {
    const { data, response } = await api.client.POST('/api/v3/apps', {
      body: { name: 'web', image: 'registry.example:5000/web:1.4', ports: [8080] },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/api/v3/apps/web');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(data).toMatchObject({
      name: 'web',
      generation: 1,
      running: true,
      pullPolicy: 'ifMissing',
      containersPer: { host: 1 },
      networks: ['nebula'],
      ports: [8080],
      entrypoint: null,
    });
  });

  it('must answer 409 for a name that exists', async () => {
    const { error, response } = await api.client.POST('/api/v3/apps', { body: { name: 'web', image: 'x' } });
    expect(response.status).toBe(409);
    expect(error).toMatchObject({ code: 'app-exists', status: 409 });
  });

  it('must answer 304 to who has the newest', async () => {
    const response = await api.raw('/api/v3/apps/web', { headers: { 'if-none-match': 'W/"1", "x"' } });
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe('');
  });

  it('must take by PUT what GET gives', async () => {
    const { data } = await api.client.GET('/api/v3/apps/{name}', at('web'));
    const put = await api.client.PUT('/api/v3/apps/{name}', { ...at('web'), body: data! });
    expect(put.response.status).toBe(202);
    expect(put.data).toEqual({ ...data, push: 'sent', generation: 2, updatedAt: put.data?.updatedAt });
  });

  it('must refuse altered read-only fields and another name, and name them all', async () => {
    const body = { name: 'other', image: 'x:1', generation: 99, createdAt: '2000-01-01T00:00:00.000Z', ports: [0] };
    const { error, response } = await api.client.PUT('/api/v3/apps/{name}', { ...at('web'), body });
    expect(response.status).toBe(400);
    const pointers = error?.errors.map((item) => item.pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/name', '/generation', '/createdAt', '/ports/0']));
  });

  it('must refuse read-only fields in a POST', async () => {
    const body = { name: 'ro', image: 'x:1', generation: 1 };
    const response = await api.raw('/api/v3/apps', { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/generation' }] });
  });

  it('must give 404 for a PUT of what does not exist', async () => {
    const { response } = await api.client.PUT('/api/v3/apps/{name}', { ...at('nobody'), body: { image: 'x:1' } });
    expect(response.status).toBe(404);
  });

  it.each(['application/merge-patch+json', 'application/json'])('must merge a patch sent as %s', async (type) => {
    const name = `patched-${type.length}`;
    await api.createApp(name, { env: { A: '1', B: '2' }, ports: [80], running: true });
    const body = JSON.stringify({ env: { A: null, C: '3' }, ports: null, readOnlyRoot: true });
    const response = await api.raw(`/api/v3/apps/${name}`, {
      method: 'PATCH',
      body,
      headers: { 'content-type': type },
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      generation: 2,
      env: { B: '2', C: '3' },
      ports: [],
      readOnlyRoot: true,
    });
  });

  it('must take a patch of one kind of count for that kind, whatever kind was before', async () => {
    await api.createApp('counted', { containersPer: { host: 3 } });
    const body = { containersPer: { cpu: 2 } };
    const { data } = await api.client.PATCH('/api/v3/apps/{name}', { ...at('counted'), body });
    expect(data?.containersPer).toEqual({ cpu: 2 });
    const both = { containersPer: { cpu: 2, host: 1 } };
    const { response } = await api.client.PATCH('/api/v3/apps/{name}', { ...at('counted'), body: both as never });
    expect(response.status).toBe(400);
  });

  it('must apply 50 patches of different variables at once, all of them', async () => {
    await api.createApp('busy');
    const patches = Array.from({ length: 50 }, (_, i) =>
      api.client.PATCH('/api/v3/apps/{name}', { ...at('busy'), body: { env: { [`V${i}`]: String(i) } } }),
    );
    const statuses = (await Promise.all(patches)).map(({ response }) => response.status);
    expect(new Set(statuses)).toEqual(new Set([202]));
    const { data } = await api.client.GET('/api/v3/apps/{name}', at('busy'));
    expect(Object.keys(data?.env ?? {})).toHaveLength(50);
    expect(data?.generation).toBe(51);
  });

  it('must refuse one of two changes that are meant for the same generation', async () => {
    await api.createApp('contended');
    const change = (LEVEL: string) =>
      api.client.PATCH('/api/v3/apps/{name}', {
        params: { path: { name: 'contended' }, header: { 'If-Match': '"1"' } },
        body: { env: { LEVEL } },
      });
    const answers = await Promise.all([change('a'), change('b')]);
    expect(answers.map(({ response }) => response.status).sort()).toEqual([202, 412]);
  });

  it.each([
    ['"1"', 202],
    ['*', 202],
    ['"7", "1"', 202],
    ['W/"1"', 412],
    ['"2"', 412],
    ['1', 400],
    ['', 400],
    ['"1" "2"', 400],
  ])('must answer If-Match: %s by %d', async (ifMatch, status) => {
    const name = `match-${Buffer.from(ifMatch).toString('hex')}-x`;
    await api.createApp(name);
    const response = await api.raw(`/api/v3/apps/${name}/stop`, { method: 'POST', headers: { 'if-match': ifMatch } });
    expect(response.status).toBe(status);
  });

  it('must start, stop, restart and pull, and refuse the two last for a stopped app', async () => {
    await api.createApp('life');
    const post = async (what: string) => {
      const response = await api.raw(`/api/v3/apps/life/${what}`, { method: 'POST' });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    expect(await post('restart')).toEqual([202, undefined]);
    expect(await post('pull')).toEqual([202, undefined]);
    expect(await post('stop')).toEqual([202, undefined]);
    expect(await post('stop')).toEqual([202, undefined]);
    expect(await post('restart')).toEqual([409, 'app-stopped']);
    expect(await post('pull')).toEqual([409, 'app-stopped']);
    expect(await post('start')).toEqual([202, undefined]);
    expect(await api.apps.newest('life')).toMatchObject({ generation: 6, restartedAt: 2, pulledAt: 3 });
  });

  it('must go on counting when a deleted name is created again, as another app', async () => {
    await api.createApp('phoenix', { env: { OLD: '1' } });
    await api.client.POST('/api/v3/apps/{name}/restart', at('phoenix'));
    const gone = await api.client.DELETE('/api/v3/apps/{name}', at('phoenix'));
    expect(gone.response.status).toBe(202);
    expect(gone.data).toMatchObject({ name: 'phoenix', generation: 3, deleted: true });
    expect((await api.client.GET('/api/v3/apps/{name}', at('phoenix'))).response.status).toBe(404);
    expect((await api.client.GET('/api/v3/apps/{name}/status', at('phoenix'))).response.status).toBe(404);
    await api.createApp('phoenix');
    expect(await api.apps.newest('phoenix')).toMatchObject({ generation: 4, bornAt: 4, restartedAt: 0, pulledAt: 0 });
    const { data } = await api.client.GET('/api/v3/apps/{name}', at('phoenix'));
    expect(data?.env).toEqual({});
  });

  it('must tell the history newest first, page by page, with who and when', async () => {
    await api.createApp('history');
    for (const LEVEL of ['1', '2', '3']) {
      await api.client.PATCH('/api/v3/apps/{name}', { ...at('history'), body: { env: { LEVEL } } });
    }
    const read = (cursor?: string) =>
      api.client.GET('/api/v3/apps/{name}/generations', {
        params: { path: { name: 'history' }, query: { limit: 3, ...(cursor && { cursor }) } },
      });
    const first = await read();
    expect(first.data?.items.map((item) => item.generation)).toEqual([4, 3, 2]);
    expect(first.data?.items[0]).toMatchObject({ actor: 'nebula', deleted: false, app: { env: { LEVEL: '3' } } });
    const second = await read(first.data?.nextCursor ?? '');
    expect(second.data?.items.map((item) => item.generation)).toEqual([1]);
    expect(second.data?.nextCursor).toBeNull();
  });

  it('must list by name, page by page, each once', async () => {
    const names: string[] = [];
    let cursor: string | null | undefined;
    do {
      const query = { limit: 3, ...(cursor && { cursor }) };
      const { data } = await api.client.GET('/api/v3/apps', { params: { query } });
      names.push(...(data?.items.map((app) => app.name) ?? []));
      cursor = data?.nextCursor;
    } while (cursor);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['web', 'busy', 'history']));
  });

  it('must refuse a document above 64 KiB by 413, and change nothing', async () => {
    await api.createApp('large');
    const body = { env: { BIG: 'x'.repeat(70_000) } };
    const { response, error } = await api.client.PATCH('/api/v3/apps/{name}', { ...at('large'), body });
    expect([response.status, error?.code]).toEqual([413, 'app-too-large']);
    expect((await api.apps.newest('large'))?.generation).toBe(1);
  });

  it('must keep the last 100 generations of a name, and not many more', async () => {
    await api.createApp('old');
    const kept = async () => (await api.apps.generations('old', { limit: 200 })).map(({ generation }) => generation);
    for (let i = 0; i < 150; i++) {
      await api.client.POST('/api/v3/apps/{name}/restart', at('old'));
      expect((await kept()).length).toBeLessThan(121);
    }
    expect((await kept()).slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => 151 - index));
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
