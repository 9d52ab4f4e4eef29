import { ApiServer } from './api-server';
import { hostReport } from './host-report';

describe('device groups over HTTP', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await ApiServer.start();
    for (const name of ['a', 'b', 'c']) await api.createApp(name);
  });
  afterAll(() => api.end());

  const at = (name: string) => ({ params: { path: { name } } });
  const create = (name: string, apps: string[]) => api.client.POST('/api/v3/device-groups', { body: { name, apps } });

  it('must create, get, list, replace and patch', async () => {
    const created = await create('edge', ['a', 'b']);
    expect([created.response.status, created.response.headers.get('location')]).toEqual([
      201,
      '/api/v3/device-groups/edge',
    ]);
    const { data } = await api.client.GET('/api/v3/device-groups/{name}', at('edge'));
    expect(data).toMatchObject({ name: 'edge', apps: ['a', 'b'], generation: 1 });
    const put = await api.client.PUT('/api/v3/device-groups/{name}', { ...at('edge'), body: data! });
    expect([put.response.status, put.response.headers.get('etag')]).toEqual([202, '"2"']);
    const patch = await api.client.PATCH('/api/v3/device-groups/{name}', { ...at('edge'), body: { apps: ['c'] } });
    expect(patch.data).toMatchObject({ apps: ['c'], generation: 3 });
    const list = await api.client.GET('/api/v3/device-groups');
    expect(list.data?.items.map((group) => group.name)).toEqual(['edge']);
  });

  it('must refuse names that do not exist by 422, and point at each', async () => {
    const { response, error } = await create('ghosts', ['a', 'ghost', 'b', 'spectre']);
    expect(response.status).toBe(422);
    expect(error?.errors.map((item) => item.pointer)).toEqual(['/apps/1', '/apps/3']);
    expect(error?.detail).toMatch(/ghost.*spectre/);
  });

  it('must refuse the same app twice, more than 500, and what is no list', async () => {
    expect((await create('twice', ['a', 'a'])).response.status).toBe(400);
    expect(
      (
        await create(
          'many',
          Array.from({ length: 501 }, (_, i) => `n${i}`),
        )
      ).response.status,
    ).toBe(400);
    expect((await create('none', 'a' as never)).response.status).toBe(400);
  });

  it('must keep the name of an app that was deleted, and take it back by PUT', async () => {
    await api.createApp('mortal');
    await create('keeps', ['a', 'mortal']);
    expect((await api.client.DELETE('/api/v3/apps/{name}', at('mortal'))).response.status).toBe(202);
    const { data } = await api.client.GET('/api/v3/device-groups/{name}', at('keeps'));
    expect(data?.apps).toEqual(['a', 'mortal']);
    const put = await api.client.PUT('/api/v3/device-groups/{name}', { ...at('keeps'), body: data! });
    expect(put.response.status).toBe(202);
    expect((await create('late', ['mortal'])).response.status).toBe(422);
  });

  it('must refuse apps that clash on every host, whichever of them changes last', async () => {
    await api.createApp('p1', { ports: [7000] });
    await api.createApp('p2', { ports: [7001] });
    await api.createApp('p3', { ports: [7000] });
    const clash = await create('clash', ['p1', 'p3']);
    expect([clash.response.status, clash.error?.code]).toEqual([422, 'ports-clash']);
    expect(clash.error?.detail).toMatch(/p1.*p3/);
    expect((await create('fits', ['p1', 'p2'])).response.status).toBe(201);
    const change = await api.client.PATCH('/api/v3/apps/{name}', { ...at('p2'), body: { ports: [7000] } });
    expect([change.response.status, change.error?.code]).toEqual([422, 'ports-clash']);
    expect(change.error?.detail).toMatch(/p1.*fits/);
    const other = await api.client.PATCH('/api/v3/apps/{name}', { ...at('p2'), body: { env: { A: '1' } } });
    expect(other.response.status).toBe(202);
  });

  it('must refuse to delete a group that known hosts are in, naming some, and go on counting when it may', async () => {
    await create('used', ['a']);
    const selection = { all: false, names: [], group: 'used' };
    await api.hosts.expect('host-of-used', selection, new Date(0));
    const refused = await api.client.DELETE('/api/v3/device-groups/{name}', at('used'));
    expect([refused.response.status, refused.error?.code]).toEqual([409, 'device-group-in-use']);
    expect(refused.error?.detail).toContain('host-of-used');
    expect(
      (await api.client.DELETE('/api/v3/hosts/{id}', { params: { path: { id: 'host-of-used' } } })).response.status,
    ).toBe(204);
    const deleted = await api.client.DELETE('/api/v3/device-groups/{name}', at('used'));
    expect([deleted.response.status, deleted.data?.generation]).toEqual([202, 2]);
    expect((await api.client.GET('/api/v3/device-groups/{name}', at('used'))).response.status).toBe(404);
    expect((await create('used', ['b'])).data?.generation).toBe(3);
  });

  it('must wait for the hosts of the group', async () => {
    await create('waited', ['a']);
    const selection = { all: false, names: [], group: 'waited' };
    await api.hosts.expect('w1', selection, new Date());
    const change = api.client.PATCH('/api/v3/device-groups/{name}', {
      params: { path: { name: 'waited' }, query: { wait: 20 } },
      body: { apps: ['a', 'b'] },
    });
    const apps = ['a', 'b'].map((app) => ({ app, generation: 1, state: 'converged' as const, containers: [] }));
    await api.hosts.record(hostReport({ host: 'w1', selection, groupGeneration: 2, apps }), new Date());
    await api.control.publish('status', await envelope(api, ['a', 'b']));
    const { data, response } = await change;
    expect([response.status, data?.rollout]).toEqual([
      202,
      { hosts: 1, converged: 1, converging: 0, waiting: 0, failed: 0, silent: 0 },
    ]);
  });
});

const envelope = async (api: ApiServer, apps: string[]) => ({
  v: 1 as const,
  installation: 'api-test',
  store: await api.identity.id(),
  body: { apps },
});
