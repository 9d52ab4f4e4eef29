import { DomainError, type AppReport, type ContainerReport, type HostReport } from '@nebula/domain';
import { ApiServer, eventually } from './api-server';
import { hostReport } from './host-report';

const container = (ordinal: number): ContainerReport => ({
  id: `id-${ordinal}`,
  name: `web-${ordinal}`,
  ordinal,
  state: 'running',
  image: 'busybox:1',
  imageId: 'sha256:0',
  generation: 1,
  ports: [],
  restartCount: 0,
});

describe('what became of a change', () => {
  let api: ApiServer;
  let count = 0;
  beforeEach(async () => void (api = await ApiServer.start()));
  afterEach(() => api.end());

  const app = (generation: number, more: Partial<AppReport> = {}): AppReport => ({
    app: 'web',
    generation,
    state: 'converged',
    containers: [],
    ...more,
  });
  const says = async (given: Partial<HostReport>, at = new Date()) => {
    const changed = await api.hosts.record(hostReport({ count: ++count, ...given }), at);
    const store = await api.identity.id();
    await api.control.publish('status', { v: 1, installation: 'api-test', store, body: { apps: changed } });
  };
  const patch = (wait: number, LEVEL = 'x') =>
    api.client.PATCH('/api/v3/apps/{name}', {
      params: { path: { name: 'web' }, query: { wait } },
      body: { env: { LEVEL } },
    });
  const counts = (given: object) => ({
    hosts: 0,
    converged: 0,
    converging: 0,
    waiting: 0,
    failed: 0,
    silent: 0,
    ...given,
  });

  const status = () => api.client.GET('/api/v3/apps/{name}/status', { params: { path: { name: 'web' } } });

  it('must answer at once when no host is concerned, and say what to do about it', async () => {
    const { data, response } = await api.client.POST('/api/v3/apps', {
      params: { query: { wait: 60 } },
      body: { name: 'web', image: 'x:1' },
    });
    const hint = expect.stringMatching(/No known host runs this app.*device group.*APP_NAME=web/);
    expect([response.status, data?.rollout]).toEqual([201, counts({ hint })]);
    expect((await status()).data?.rollout).toEqual(counts({ hint }));
  });

  it('must name the device group that lists an app, and the one that is made, when no known host is in it', async () => {
    await api.createApp('web');
    const body = { name: 'edge', apps: ['web'] };
    const { data } = await api.client.POST('/api/v3/device-groups', { params: { query: { wait: 0 } }, body });
    expect(data?.rollout).toEqual(counts({ hint: expect.stringContaining('DEVICE_GROUP=edge') }));
    expect((await status()).data?.rollout).toEqual(counts({ hint: expect.stringContaining('DEVICE_GROUP=edge') }));
  });

  it('must give no hint where a host is concerned, silent or not, nor of an app that is deleted', async () => {
    await api.createApp('web');
    await says({ host: 'old' }, new Date(Date.now() - 60_000));
    expect((await status()).data?.rollout).toEqual(counts({ hosts: 1, silent: 1 }));
    await api.client.DELETE('/api/v3/hosts/{id}', { params: { path: { id: 'old' } } });
    const one = { params: { path: { name: 'web' }, query: { wait: 0 } } };
    expect((await api.client.DELETE('/api/v3/apps/{name}', one)).data?.rollout).toEqual(counts({}));
  });

  it('must answer with the counts as they are for a wait of 0, and without any for no wait', async () => {
    await api.createApp('web');
    await says({});
    expect((await patch(0)).data?.rollout).toEqual(counts({ hosts: 1, converging: 1 }));
    const { data } = await api.client.GET('/api/v3/apps/{name}', { params: { path: { name: 'web' } } });
    expect(data).not.toHaveProperty('rollout');
  });

  it('must answer as soon as no host converges any more, whatever became of it', async () => {
    await api.createApp('web');
    await says({ host: 'h1', apps: [app(1)] });
    await says({ host: 'h2', apps: [app(1)] });
    const begun = Date.now();
    const answer = patch(30);
    await eventually(async () => (await api.apps.newest('web'))?.generation === 2, 'the change is stored');
    await says({ host: 'h1', apps: [app(2)] });
    await says({ host: 'h2', apps: [app(2, { state: 'failed', reason: 'port-taken', error: 'held' })] });
    const { data, response } = await answer;
    expect([response.status, data?.rollout]).toEqual([202, counts({ hosts: 2, converged: 1, failed: 1 })]);
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('must answer when the time is up, with who still converges', async () => {
    await api.createApp('web');
    await says({ apps: [app(1)] });
    const begun = Date.now();
    const { data, response } = await patch(1);
    expect([response.status, data?.rollout]).toEqual([202, counts({ hosts: 1, converging: 1 })]);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
  });

  it('must not wait for a host that is silent, nor for one that turns silent', async () => {
    await api.createApp('web');
    await says({ host: 'old', apps: [app(1)] }, new Date(Date.now() - 60_000));
    expect((await patch(30)).data?.rollout).toEqual(counts({ hosts: 1, silent: 1 }));
    await says({ host: 'soon', apps: [app(1)] }, new Date(Date.now() - 2_500));
    const begun = Date.now();
    expect((await patch(30, 'y')).data?.rollout).toEqual(counts({ hosts: 2, silent: 2 }));
    expect(Date.now() - begun).toBeLessThan(3_000);
  });

  it('must not wait for a host that is forgotten meanwhile', async () => {
    await api.createApp('web');
    await says({ apps: [app(1)] });
    const answer = patch(30);
    await eventually(async () => (await api.apps.newest('web'))?.generation === 2, 'the change is stored');
    await api.client.DELETE('/api/v3/hosts/{id}', { params: { path: { id: 'h1' } } });
    expect((await answer).data?.rollout).toMatchObject(counts({}));
  });

  it('must let many wait at once, and end all of them with the program', async () => {
    await api.createApp('web');
    await says({ apps: [app(1)] });
    const answers = Array.from({ length: 20 }, (_, i) => patch(60, String(i)));
    await eventually(async () => (await api.apps.newest('web'))?.generation === 21, 'all changes are stored');
    const begun = Date.now();
    const { folder } = api;
    await api.stop();
    for (const { data } of await Promise.all(answers)) expect(data?.rollout?.converging).toBe(1);
    expect(Date.now() - begun).toBeLessThan(2_000);
    api = await ApiServer.start({ folder });
  });

  it('must show a status of counts and failures by reason, and of a deleted app until no host has it', async () => {
    await api.createApp('web');
    const read = () => api.client.GET('/api/v3/apps/{name}/status', { params: { path: { name: 'web' } } });
    const failure = {
      state: 'failed' as const,
      reason: 'exited' as const,
      error: 'code 1',
      log: 'boom',
      container: 'web-1',
    };
    for (let i = 0; i < 6; i++)
      await says({ host: `h${i}`, apps: [app(1, { ...failure, containers: [container(1)] })] });
    const { data } = await read();
    expect(data).toMatchObject({
      name: 'web',
      generation: 1,
      deleted: false,
      rollout: counts({ hosts: 6, failed: 6 }),
    });
    expect(data?.failures).toHaveLength(1);
    expect(data?.failures[0]).toMatchObject({ reason: 'exited', hosts: 6 });
    expect(data?.failures[0]?.examples).toHaveLength(3);
    expect(data?.failures[0]?.examples[0]).toMatchObject({ error: 'code 1', log: 'boom', container: 'web-1' });
    await api.client.DELETE('/api/v3/apps/{name}', { params: { path: { name: 'web' } } });
    expect((await read()).data).toMatchObject({ generation: 2, deleted: true });
    for (let i = 0; i < 6; i++) await says({ host: `h${i}`, apps: [app(2)] });
    for (let i = 0; i < 6; i++) await says({ host: `h${i}`, apps: [] });
    expect((await read()).response.status).toBe(404);
  });

  it('must list containers, page by page, filtered, by app and by host', async () => {
    await api.createApp('web');
    const containers = [1, 2, 3].map(container);
    const [first] = containers;
    await says({ host: 'h1', apps: [app(1, { containers })] });
    await says({ host: 'h2', apps: [app(1, { containers: [{ ...first!, state: 'exited' }] })] });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const { data } = await api.client.GET('/api/v3/apps/{name}/containers', {
        params: { path: { name: 'web' }, query: { limit: 2, ...(cursor && { cursor }) } },
      });
      seen.push(...(data?.items.map((row) => `${row.host} ${row.name}`) ?? []));
      cursor = data?.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['h1 web-1', 'h1 web-2', 'h1 web-3', 'h2 web-1']);
    const exited = await api.client.GET('/api/v3/apps/{name}/containers', {
      params: { path: { name: 'web' }, query: { state: 'exited' } },
    });
    expect(exited.data?.items.map((row) => row.host)).toEqual(['h2']);
    const ofHost = await api.client.GET('/api/v3/hosts/{id}/containers', { params: { path: { id: 'h2' } } });
    expect(ofHost.data?.items).toMatchObject([{ host: 'h2', app: 'web', ordinal: 1 }]);
    const nobody = await api.client.GET('/api/v3/hosts/{id}/containers', { params: { path: { id: 'nobody' } } });
    expect(nobody.response.status).toBe(404);
  });

  it('must list and show hosts with their age, and forget them', async () => {
    await api.createApp('web');
    await says({ host: 'h1', apps: [app(1)] });
    await says({ host: 'h2', selection: { all: false, names: [], group: 'g' } }, new Date(Date.now() - 10_000));
    const all = await api.client.GET('/api/v3/hosts');
    expect(all.data?.items.map(({ id, silent }) => [id, silent])).toEqual([
      ['h1', false],
      ['h2', true],
    ]);
    expect(all.data?.items[1]?.ageSeconds).toBeGreaterThanOrEqual(10);
    const ofGroup = await api.client.GET('/api/v3/hosts', { params: { query: { group: 'g' } } });
    expect(ofGroup.data?.items.map((host) => host.id)).toEqual(['h2']);
    const one = { params: { path: { id: 'h1' } } };
    expect((await api.client.GET('/api/v3/hosts/{id}', one)).data?.apps).toMatchObject({ converged: 1 });
    expect((await api.client.DELETE('/api/v3/hosts/{id}', one)).response.status).toBe(204);
    expect((await api.client.DELETE('/api/v3/hosts/{id}', one)).response.status).toBe(404);
  });

  it('must be ready while changes can be kept, and say 503 with Retry-After when they cannot', async () => {
    expect((await api.raw('/health/ready', { anonymous: true })).status).toBe(200);
    jest
      .spyOn(api.identity, 'check')
      .mockRejectedValue(new DomainError('unavailable', 'store-away', 'The store is away.'));
    await eventually(async () => (await api.raw('/health/ready', { anonymous: true })).status === 503, 'not ready');
    const response = await api.raw('/health/ready', { anonymous: true });
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ code: 'store-away', status: 503 });
  });

  it('must name all that is away when it is not ready, and serve all the same', async () => {
    const away = new DomainError('unavailable', 'store-away', 'The store is away.');
    jest.spyOn(api.identity, 'check').mockRejectedValue(away);
    jest.spyOn(api.control, 'state').mockReturnValue('away');
    await eventually(async () => (await api.raw('/health/ready', { anonymous: true })).status === 503, 'not ready');
    const problem = await (await api.raw('/health/ready', { anonymous: true })).json();
    expect(problem).toMatchObject({ errors: [{ pointer: 'store' }, { pointer: 'bus' }] });
    expect((await api.raw('/health/serving', { anonymous: true })).status).toBe(200);
    expect((await api.raw('/health/live', { anonymous: true })).status).toBe(200);
  });

  it.each(['away', 'blocked'] as const)('must not be ready while the bus is %s', async (state) => {
    jest.spyOn(api.control, 'state').mockReturnValue(state);
    const response = await api.raw('/health/ready', { anonymous: true });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: `bus-${state}` });
  });

  it('must say that it ends, go on answering, and let go of connections meanwhile', async () => {
    const before = await api.raw('/health/serving', { anonymous: true });
    expect(before.headers.get('connection')).not.toBe('close');
    api.stopping.begin();
    for (const path of ['/health/serving', '/health/ready']) {
      const response = await api.raw(path, { anonymous: true });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'stopping' });
    }
    const live = await api.raw('/health/live', { anonymous: true });
    expect(live.status).toBe(200);
    expect(live.headers.get('connection')).toBe('close');
    expect((await api.client.GET('/api/v3/apps')).response.status).toBe(200);
  });
});
