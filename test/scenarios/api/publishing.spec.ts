import { digestOfAll, digestOfApp, digestOfGroup, type AppGeneration, type SnapshotRequest } from '@nebula/domain';
import { ApiServer, eventually } from './api-server';
import { published } from './bus-record';

const generation = (name: string): AppGeneration => ({
  name,
  generation: 1,
  deleted: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  actor: 'somebody',
  spec: { name, image: 'x:1' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
});

describe('what is stored is published', () => {
  let api: ApiServer;
  beforeEach(async () => void (api = await ApiServer.start()));
  afterEach(() => api.end());

  const apps = () => published(api.bus, 'app').map(({ body }) => `${body.app.name} ${body.app.generation}`);
  const groups = () => published(api.bus, 'group').map(({ body }) => body);
  const settled = () =>
    eventually(
      async () => [...(await api.apps.unpublished(9)), ...(await api.groups.unpublished(9))].length === 0,
      'everything is published',
    );
  const createGroup = (name: string, list: string[]) =>
    api.client.POST('/api/v3/device-groups', { body: { name, apps: list } });

  it('must publish an app once, however many groups list it, in an envelope of this installation and store', async () => {
    await api.createApp('web', { running: true, env: {} });
    await createGroup('g1', ['web']);
    await createGroup('g2', ['web']);
    await api.client.POST('/api/v3/apps/{name}/stop', { params: { path: { name: 'web' } } });
    await settled();
    expect(apps()).toEqual(['web 1', 'web 2']);
    const [first] = published(api.bus, 'app');
    expect(first).toMatchObject({ v: 1, installation: 'api-test', store: await api.identity.id() });
    // Only what is not at its default travels: an older worker may not know the others.
    expect(first?.body.app.spec).toEqual({ name: 'web', image: 'busybox:1' });
  });

  it('must tell with a group the whole of each app that is new in it, and of no other', async () => {
    for (const name of ['a', 'b', 'c']) await api.createApp(name);
    await createGroup('g', ['a', 'b']);
    await settled();
    await api.client.PUT('/api/v3/device-groups/{name}', {
      params: { path: { name: 'g' } },
      body: { apps: ['b', 'c'] },
    });
    await settled();
    expect(groups().map((body) => body.apps.map((app) => app.name))).toEqual([['a', 'b'], ['c']]);
    expect(groups()[1]?.group).toMatchObject({ generation: 2, apps: ['b', 'c'] });
  });

  it('must accept changes while the bus is away, and publish the last of them when it is back', async () => {
    await api.createApp('web');
    await settled();
    api.bus.down();
    for (const LEVEL of ['1', '2']) {
      const body = { env: { LEVEL } };
      const { response } = await api.client.PATCH('/api/v3/apps/{name}', { params: { path: { name: 'web' } }, body });
      expect(response.status).toBe(202);
    }
    await createGroup('g', ['web']);
    expect(await api.apps.unpublished(9)).toMatchObject([{ name: 'web', generation: 3 }]);
    api.bus.up();
    await settled();
    expect(apps()).toEqual(['web 1', 'web 3']);
    expect(
      groups()
        .at(-1)
        ?.apps.map((app) => app.generation),
    ).toEqual([3]);
  });

  it('must tell a group again of the apps that it gained while the bus was away', async () => {
    for (const name of ['a', 'b']) await api.createApp(name);
    await settled();
    api.bus.down();
    await createGroup('g', ['a']);
    const put = { params: { path: { name: 'g' } }, body: { apps: ['a', 'b'] } };
    await api.client.PUT('/api/v3/device-groups/{name}', put);
    api.bus.up();
    await settled();
    expect(
      groups()
        .at(-1)
        ?.apps.map((app) => app.name),
    ).toEqual(['a', 'b']);
  });

  it('must say with an app which groups list it, once each, and none that no longer does', async () => {
    const publish = jest.spyOn(api.bus, 'publish');
    const reachOfLast = () => publish.mock.calls.findLast(([topic]) => topic === 'app')?.[2];
    await api.createApp('web');
    await createGroup('g1', ['web']);
    await createGroup('g2', ['web']);
    await createGroup('other', []);
    await api.client.POST('/api/v3/apps/{name}/stop', { params: { path: { name: 'web' } } });
    await settled();
    expect(reachOfLast()).toEqual({ groups: ['g1', 'g2'] });
    await api.client.PUT('/api/v3/device-groups/{name}', { params: { path: { name: 'g1' } }, body: { apps: [] } });
    await api.client.DELETE('/api/v3/apps/{name}', { params: { path: { name: 'web' } } });
    await settled();
    expect(reachOfLast()).toEqual({ groups: ['g2'] });
  });

  it('must tell the digests at once when the bus is there again', async () => {
    await api.createApp('web');
    const digests = () => published(api.bus, 'digest').length;
    await eventually(() => digests() > 0, 'the first round');
    const before = digests();
    api.bus.down();
    api.bus.up({ empty: true });
    await eventually(() => digests() > before, 'another round');
  });

  it('must leave to another replica what it stored just now, and is about to publish itself', async () => {
    await settled();
    api.bus.down();
    await api.apps.append(generation('orphan'));
    await api.apps.append({ ...generation('young'), updatedAt: new Date().toISOString() });
    await api.createApp('own');
    api.bus.up();
    await eventually(() => ['orphan 1', 'own 1'].every((app) => apps().includes(app)), 'what is old, and our own');
    expect(apps()).not.toContain('young 1');
    // It died, it seems.
    await eventually(() => apps().includes('young 1'), 'what nobody else published');
  });

  it('must look once more for all that was too young at a look, and not once for each', async () => {
    await settled();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    api.bus.down();
    const young = { ...generation('young'), updatedAt: new Date().toISOString() };
    await api.apps.append(young);
    const { name, deleted, createdAt, updatedAt, actor } = young;
    await api.groups.append({ name, generation: 1, deleted, createdAt, updatedAt, actor, apps: [] });
    api.bus.up();
    await eventually(() => apps().includes('young 1') && groups().length > 0, 'what nobody else published');
    // Two seconds, after which it is young no more.
    expect(timers.mock.calls.filter(([, ms]) => ms === 2_000)).toHaveLength(1);
    timers.mockRestore();
  });

  it('must find and publish what another stored before it died', async () => {
    await api.apps.append(generation('orphan'));
    await api.createApp('other');
    const { bus, folder } = api;
    await api.stop();
    api = await ApiServer.start({ bus, folder });
    await settled();
    expect(apps()).toContain('orphan 1');
    expect(apps().filter((app) => app === 'other 1')).toHaveLength(1);
  });
});

/** How long a host may have to wait for its first digest. */
const TELLS = { digestIntervalSeconds: expect.any(Number) as number };

describe('what hosts are told and answered', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await ApiServer.start({ options: { digestIntervalSeconds: 0.1 } });
    for (const name of ['a', 'b', 'gone']) await api.createApp(name);
    await api.client.POST('/api/v3/device-groups', { body: { name: 'g', apps: ['a', 'gone'] } });
    await api.client.DELETE('/api/v3/apps/{name}', { params: { path: { name: 'gone' } } });
  });
  afterAll(() => api.end());

  const snapshot = async (request: Partial<SnapshotRequest>) => {
    const selection = { all: false, names: [] };
    const body = { host: 'h1', selection, known: [], ...request };
    const { body: answer } = await api.hostBus.snapshot({ v: 1, installation: 'api-test', store: '', body });
    return {
      ...answer,
      apps: answer.apps.map((app) => `${app.name} ${app.generation}${app.deleted ? ' deleted' : ''}`).sort(),
    };
  };

  it('must tell digests of every app, every group and of all, that hosts can compute themselves', async () => {
    const told = () =>
      new Map(published(api.bus, 'digest').map(({ body }) => [JSON.stringify(body.scope), body.digest]));
    const [a, b, gone] = [
      { name: 'a', generation: 1, deleted: false },
      { name: 'b', generation: 1, deleted: false },
      { name: 'gone', generation: 2, deleted: true },
    ];
    const expected = new Map([
      ['{"app":"a"}', digestOfApp(a)],
      ['{"all":true}', digestOfAll([a, b])],
      ['{"group":"g"}', digestOfGroup({ name: 'g', generation: 1, apps: ['a', 'gone'] }, [a, gone])],
    ]);
    await eventually(() => [...expected].every(([scope, digest]) => told().get(scope) === digest), 'digests are told');
  });

  it('must tell digests of what was deleted, which hosts that missed it have no other way to find out', async () => {
    const digest = digestOfApp({ name: 'gone', generation: 2 });
    const isTold = () => published(api.bus, 'digest').some(({ body }) => body.digest === digest);
    await eventually(isTold, 'the tombstone is told');
  });

  it('must answer a host on every app with all that live, and with tombstones of what it knows', async () => {
    const selection = { all: true, names: [] };
    expect(await snapshot({ selection })).toEqual({ groups: [], apps: ['a 1', 'b 1'], ...TELLS });
    expect((await snapshot({ selection, known: ['gone', 'never'] })).apps).toEqual(['a 1', 'b 1', 'gone 2 deleted']);
  });

  it('must answer a host on a list with that list', async () => {
    expect((await snapshot({ selection: { all: false, names: ['b', 'gone'] } })).apps).toEqual([
      'b 1',
      'gone 2 deleted',
    ]);
  });

  it('must answer a host of a group with the group and what it lists', async () => {
    const answer = await snapshot({ selection: { all: false, names: ['b'], group: 'g' } });
    expect(answer).toMatchObject({ groups: ['g'], group: { name: 'g', generation: 1 } });
    expect(answer.apps).toEqual(['a 1', 'b 1', 'gone 2 deleted']);
  });

  it('must answer a host of an unknown group without one', async () => {
    const answer = await snapshot({ selection: { all: false, names: [], group: 'nobody' } });
    expect(answer).toEqual({ groups: [], apps: [], ...TELLS });
  });

  it('must not answer another installation', async () => {
    const body = { host: 'h1', selection: { all: true, names: [] }, known: [] };
    const other = api.hostBus.snapshot({ v: 1, installation: 'other', store: '', body });
    const answered = jest.fn();
    void other.then(answered, () => undefined);
    await snapshot({});
    expect(answered).not.toHaveBeenCalled();
  });
});
