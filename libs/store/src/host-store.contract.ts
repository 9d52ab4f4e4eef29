import type { AppReport, HostReport } from '@nebula/domain';
import { appReport, at, container, EVERY, hostReport, inGroup, NEVER_SILENT, onList } from './host-reports.arbitrary';
import { forgottenHostContract } from './forgotten-host.contract';
import { standingContract } from './standing.contract';
import type { HostStore } from './host-store';
import { warningsContract } from './warnings.contract';

/** The obligations of HostStore. `open` gives an empty store. */
export function hostStoreContract(open: () => Promise<HostStore>): void {
  let store: HostStore;
  beforeEach(async () => {
    store = await open();
  });

  const told = (report: HostReport, seconds = 0): Promise<string[]> => store.record(report, at(seconds));
  const ids = async (app?: string): Promise<string[]> =>
    (await store.containers({ app, limit: 100 })).map(({ host, id }) => `${host}/${id}`);
  const countsOf = (app: string, generation = 1, groups: string[] = [], silentBefore = NEVER_SILENT) =>
    store.counts({ app, groups }, generation, silentBefore);

  describe('a host', () => {
    it('that takes a generation of its group over is word of all its apps', async () => {
      const of = (count: number, groupGeneration: number) =>
        told(hostReport('h', count, { selection: inGroup('g'), groupGeneration, apps: [appReport('web')] }));
      await of(1, 1);
      expect(await of(2, 1)).toEqual([]);
      expect(await of(3, 2)).toEqual(['web']);
    });

    it('is kept as it said itself', async () => {
      const engine = { id: 'E', name: 'n', version: '20.10', cpus: 2, memoryBytes: 1024 };
      const problems = [{ code: 'unknown-group' as const, detail: 'no group g' }];
      const said = { selection: inGroup('g'), groupGeneration: 3, store: 's', workerVersion: '3.1', engine, problems };
      const states = ['converged', 'converging', 'waiting', 'failed', 'failed'] as const;
      const apps = states.map((state, index) => appReport(`app${index}`, { state }));
      await told(hostReport('h', 1, { ...said, apps: [...apps, appReport('gone', { leaving: true })] }));
      await told(hostReport('h', 2, { ...said, full: false }), 5);
      expect(await store.host('h')).toEqual({
        id: 'h',
        ...said,
        firstHeardAt: at(0).toISOString(),
        lastHeardAt: at(5).toISOString(),
        apps: { converged: 1, converging: 1, waiting: 1, failed: 2 },
      });
      expect(await store.host('other')).toBeUndefined();
    });

    it('is listed by id in code point order, by pages, and by group', async () => {
      for (const id of ['b', 'a', 'B', '😀', 'é'])
        await told(hostReport(id, 1, { selection: inGroup(id < 'b' ? 'g' : 'x') }));
      const list = async (query: { after?: string; limit: number; group?: string }) =>
        (await store.hosts(query)).map(({ id }) => id);
      expect(await list({ limit: 10 })).toEqual(['B', 'a', 'b', 'é', '😀']);
      expect(await list({ limit: 2, after: 'a' })).toEqual(['b', 'é']);
      expect(await list({ limit: 10, group: 'g' })).toEqual(['B', 'a']);
      expect(await list({ limit: 10, group: 'g', after: 'B' })).toEqual(['a']);
      expect(await list({ limit: -1 })).toEqual([]);
      expect(await store.hostsOfGroup('g', 10)).toEqual(['B', 'a']);
      expect(await store.hostsOfGroup('g', 1)).toEqual(['B']);
      expect(await store.hostsOfGroup('never', 10)).toEqual([]);
    });

    it('is known before it has said anything when it is expected', async () => {
      await store.expect('h', inGroup('g'), at(0));
      expect(await store.host('h')).toMatchObject({ selection: inGroup('g'), lastHeardAt: at(0).toISOString() });
      expect(await countsOf('web', 1, ['g'])).toMatchObject({ hosts: 1, converging: 1 });
      expect(await told(hostReport('h', 1, { selection: inGroup('g'), apps: [appReport('web')] }))).toEqual(['web']);
      expect(await countsOf('web', 1, ['g'])).toMatchObject({ hosts: 1, converged: 1 });
    });

    it('that is known keeps what it said when it is expected again, and counts as heard', async () => {
      const report = hostReport('h', 1, { selection: inGroup('g'), groupGeneration: 2, apps: [appReport('web')] });
      await told(report);
      await store.expect('h', inGroup('g'), at(60));
      expect(await store.host('h')).toMatchObject({ groupGeneration: 2, lastHeardAt: at(60).toISOString() });
      await store.expect('h', onList('web'), at(61));
      expect(await store.host('h')).not.toHaveProperty('groupGeneration');
      expect(await countsOf('web')).toMatchObject({ hosts: 1, converged: 1 });
      expect(await told({ ...report, count: 1 })).toEqual([]);
    });
  });

  forgottenHostContract(() => store);
  warningsContract(() => store);

  describe('a report', () => {
    const web = appReport('web', { containers: [container('1')] });

    it('tells which apps changed: state, generation, reason, containers; a heartbeat none', async () => {
      expect(await told(hostReport('h', 1, { apps: [web, appReport('db')] }))).toEqual(['web', 'db']);
      expect(await told(hostReport('h', 2, { apps: [web, appReport('db')] }))).toEqual([]);
      expect(await told(hostReport('h', 3, { full: false }))).toEqual([]);
      const changes: Partial<AppReport>[] = [
        { state: 'failed' },
        { state: 'failed', reason: 'port-taken' },
        { state: 'failed', reason: 'port-taken', generation: 2 },
        { leaving: true },
        { containers: [container('1', { restartCount: 1 })] },
        { containers: [container('1'), container('2', { ordinal: 2 })] },
        { containers: [] },
      ];
      for (const [index, change] of changes.entries()) {
        const apps = [{ ...web, ...change }, appReport('db')];
        expect(await told(hostReport('h', index + 4, { apps }))).toEqual(['web']);
        expect(await told(hostReport('h', index + 4, { apps }))).toEqual([]);
      }
    });

    it('keeps a new error text and the next try without calling that a change', async () => {
      const failed = (error: string) => [appReport('web', { state: 'failed', reason: 'exited', error, until: error })];
      await told(hostReport('h', 1, { apps: failed('one') }));
      expect(await told(hostReport('h', 2, { apps: failed('two') }))).toEqual([]);
      expect(await store.appOnHost('web', 'h')).toMatchObject({ error: 'two', until: 'two' });
    });

    it('that is full takes away what it does not name; one that is not merges', async () => {
      await told(
        hostReport('h', 1, { apps: [web, appReport('db', { containers: [container('2')] }), appReport('mq')] }),
      );
      const part = hostReport('h', 2, {
        full: false,
        gone: ['mq', 'never'],
        apps: [appReport('db', { generation: 2 })],
      });
      expect((await told(part)).sort()).toEqual(['db', 'mq']);
      expect(await store.appOnHost('web', 'h')).toMatchObject({ generation: 1 });
      expect(await store.appOnHost('mq', 'h')).toBeUndefined();
      expect(await ids()).toEqual(['h/1']);
      expect((await told(hostReport('h', 3, { apps: [appReport('db', { generation: 2 })] }))).sort()).toEqual(['web']);
      expect(await ids()).toEqual([]);
    });

    it('keeps all that was said of an app on a host', async () => {
      const row: Omit<AppReport, 'containers'> = {
        app: 'web',
        generation: 3,
        state: 'failed',
        reason: 'exited',
        error: 'e',
        until: 'u',
        container: 'web-1',
        log: 'l',
        leaving: true,
      };
      await told(hostReport('h', 1, { apps: [{ ...row, containers: [container('1')] }] }));
      expect(await store.appOnHost('web', 'h')).toEqual(row);
      await told(hostReport('h', 2, { apps: [appReport('web')] }));
      expect(await store.appOnHost('web', 'h')).toEqual({ app: 'web', generation: 1, state: 'converged' });
    });

    it('that is not newer than what is known changes nothing', async () => {
      await told(hostReport('h', 5, { apps: [web] }));
      for (const count of [5, 4, 0]) expect(await told(hostReport('h', count, { apps: [] }), 9)).toEqual([]);
      expect(await store.host('h')).toMatchObject({ lastHeardAt: at(0).toISOString() });
      expect(await ids()).toEqual(['h/1']);
    });

    it('of another start is taken, whatever its count, and after a gap too', async () => {
      await told(hostReport('h', 5, { apps: [web] }));
      expect(await told(hostReport('h', 1, { start: 'second', full: false, gone: ['web'] }))).toEqual(['web']);
      expect(await told(hostReport('h', 9, { start: 'second', full: false, apps: [web] }))).toEqual(['web']);
    });

    it('of a start that another one took the place of is ignored', async () => {
      await told(hostReport('h', 5, { apps: [web] }));
      await told(hostReport('h', 1, { start: 'second', apps: [web] }), 1);
      expect(await told(hostReport('h', 6, { apps: [] }), 2)).toEqual([]);
      await told(hostReport('h', 2, { start: 'second', apps: [web] }), 3);
      expect(await told(hostReport('h', 7, { apps: [] }), 4)).toEqual([]);
      expect(await ids()).toEqual(['h/1']);
    });

    it('of any former start that was heard before is a replay, whenever it comes', async () => {
      const starts = Array.from({ length: 50 }, (_, number) => `start ${number}`);
      for (const start of starts) await told(hostReport('h', 5, { start, apps: [web] }));
      for (const start of starts) expect(await told(hostReport('h', 5, { start, apps: [] }), 120)).toEqual([]);
      expect(await store.host('h')).toMatchObject({ problems: [], lastHeardAt: at(0).toISOString() });
      expect(await ids()).toEqual(['h/1']);
      expect(await told(hostReport('h', 6, { start: starts.at(-1)!, apps: [] }), 121)).toEqual(['web']);
    });

    it('of such a start is heard again when the newer one has gone quiet: two hosts of one id', async () => {
      await told(hostReport('h', 5, { apps: [web] }));
      await told(hostReport('h', 1, { start: 'second', apps: [web] }), 1);
      expect(await told(hostReport('h', 9, { apps: [] }), 62)).toEqual(['web']);
    });

    it('of two hosts of one id goes on to show that there are two, until one is quiet for a minute', async () => {
      const problems = async () => (await store.host('h'))?.problems.map(({ code }) => code);
      await told(hostReport('h', 5, { apps: [web] }));
      await told(hostReport('h', 1, { start: 'second', apps: [web] }), 1);
      for (const count of [6, 7, 8]) await told(hostReport('h', count, { apps: [] }), 3);
      expect(await problems()).toEqual(['shared-host-id']);
      await told(hostReport('h', 2, { start: 'second', apps: [web] }), 20);
      expect([await problems(), await ids()]).toEqual([['shared-host-id'], ['h/1']]);
      expect((await store.hosts({ limit: 5 })).map((row) => Object.keys(row)).flat()).not.toContain('former');
      await told(hostReport('h', 3, { start: 'second', apps: [web] }), 63);
      expect(await problems()).toEqual([]);
    });

    it('harms no other host of the same moment', async () => {
      const hosts = Array.from({ length: 20 }, (_, index) => `h${index}`);
      await Promise.all(hosts.map((host) => told(hostReport(host, 1, { apps: [web] }))));
      await told(hostReport('h3', 2, { apps: [] }));
      expect(await ids('web')).toHaveLength(19);
      expect(await countsOf('web')).toMatchObject({ hosts: 20, converged: 19, converging: 1 });
    });
  });

  describe('counts', () => {
    it('take in every host that should have the app, once', async () => {
      await told(hostReport('every', 1));
      await told(hostReport('list', 1, { selection: onList('web', 'db') }));
      await told(hostReport('group', 1, { selection: inGroup('g') }));
      await told(hostReport('both', 1, { selection: { ...onList('web'), group: 'g' } }));
      await told(hostReport('all-and-group', 1, { selection: { ...EVERY, group: 'g' } }));
      await told(hostReport('other', 1, { selection: { ...onList('other'), group: 'x' }, apps: [appReport('web')] }));
      expect((await countsOf('web', 1, ['g'])).hosts).toBe(5);
      expect((await countsOf('web', 1, [])).hosts).toBe(4);
      expect((await countsOf('never', 1, [])).hosts).toBe(2);
      await told(hostReport('list', 2, { selection: onList('db') }));
      expect((await countsOf('web', 1, ['g', 'x', 'never'])).hosts).toBe(5);
    });

    it('take what a host says of this generation or a newer one, and sum to the hosts', async () => {
      const say = (host: string, state: AppReport['state'], generation: number, seconds = 10) =>
        told(hostReport(host, 1, { apps: [appReport('web', { state, generation })] }), seconds);
      await say('a', 'converged', 3);
      await say('b', 'failed', 4);
      await say('c', 'waiting', 3);
      await say('d', 'converging', 3);
      await say('e', 'converged', 2);
      await say('f', 'failed', 2);
      await told(hostReport('g', 1), 10);
      await say('h', 'converged', 3, 1);
      const expected = { hosts: 8, converged: 1, failed: 1, waiting: 1, converging: 4, silent: 1 };
      expect(await countsOf('web', 3, [], at(5))).toEqual(expected);
      expect(await countsOf('web', 3, [], at(1))).toMatchObject({ silent: 0, converged: 2 });
    });

    it('are each app’s own, on a host that has others in other states and generations', async () => {
      const rows: [string, AppReport['state'], number][] = [
        ['a.b', 'converged', 3],
        ['aab', 'failed', 9],
        ['b', 'waiting', 10],
        ['web', 'converged', 12],
      ];
      await told(
        hostReport('h', 1, { apps: rows.map(([app, state, generation]) => appReport(app, { state, generation })) }),
      );
      const none = { hosts: 1, converged: 0, failed: 0, waiting: 0, converging: 0, silent: 0 };
      expect(await countsOf('a.b', 3)).toEqual({ ...none, converged: 1 });
      expect(await countsOf('a.b', 4)).toEqual({ ...none, converging: 1 });
      expect(await countsOf('aab', 8)).toEqual({ ...none, failed: 1 });
      expect(await countsOf('b', 9)).toEqual({ ...none, waiting: 1 });
      expect(await countsOf('b', 11)).toEqual({ ...none, converging: 1 });
      expect(await countsOf('web', 12)).toEqual({ ...none, converged: 1 });
      expect((await store.standing({ app: 'a.b', groups: [] }, 3, 1, NEVER_SILENT)).failures).toEqual([]);
    });

    it('count a host as done with a deleted app by what it says of the tombstone', async () => {
      const say = (count: number, change: Partial<AppReport>) =>
        told(hostReport('h', count, { apps: [appReport('web', change)] }));
      await say(1, { generation: 1, containers: [container('1')] });
      expect(await countsOf('web', 2)).toMatchObject({ converging: 1 });
      await say(2, { generation: 2, state: 'converging', leaving: true, containers: [container('1')] });
      expect(await countsOf('web', 2)).toMatchObject({ converging: 1 });
      await say(3, { generation: 2, leaving: true });
      expect(await countsOf('web', 2)).toMatchObject({ converged: 1 });
      expect(await store.hasAnywhere('web')).toBe(false);
    });

    it('of a group wait for its own generation, each of its apps, and what leaves', async () => {
      const say = (count: number, groupGeneration: number | undefined, ...apps: AppReport[]) =>
        told(hostReport('h', count, { selection: inGroup('g'), groupGeneration, apps }), 10);
      const counts = (silentBefore = NEVER_SILENT) => store.groupCounts('g', 2, ['web', 'db', 'web'], silentBefore);
      const [web, db] = [appReport('web'), appReport('db')];
      const steps: [number | undefined, AppReport[], string][] = [
        [undefined, [web, db], 'converging'],
        [1, [web, db], 'converging'],
        [2, [web], 'converging'],
        [2, [web, { ...db, leaving: true }], 'converging'],
        [2, [web, { ...db, state: 'converging' }], 'converging'],
        [2, [web, db, appReport('old', { leaving: true, state: 'converging' })], 'converging'],
        [
          2,
          [
            { ...web, state: 'failed' },
            { ...db, state: 'converging' },
          ],
          'converging',
        ],
        [
          2,
          [
            { ...web, state: 'failed' },
            { ...db, state: 'waiting' },
          ],
          'failed',
        ],
        [2, [web, { ...db, state: 'waiting' }], 'waiting'],
        [2, [web, db, appReport('old', { leaving: true }), appReport('foreign', { state: 'failed' })], 'converged'],
        [3, [web, db], 'converged'],
      ];
      const none = { hosts: 1, converged: 0, converging: 0, waiting: 0, failed: 0, silent: 0 };
      for (const [index, [generation, apps, verdict]] of steps.entries()) {
        await say(index + 1, generation, ...apps);
        expect(await counts()).toEqual({ ...none, [verdict]: 1 });
      }
      expect(await counts(at(11))).toEqual({ ...none, silent: 1 });
      expect(await store.groupCounts('g', 3, [], NEVER_SILENT)).toEqual({ ...none, converged: 1 });
      expect((await store.groupCounts('never', 1, [], NEVER_SILENT)).hosts).toBe(0);
    });
  });

  standingContract(() => store);

  describe('containers', () => {
    beforeEach(async () => {
      const some = (app: string) => [
        container(`${app}2`, { ordinal: 2, state: 'exited', health: 'unhealthy', lastError: 'boom' }),
        container(`${app}1b`, { health: 'healthy' }),
        container(`${app}1`),
        container(`${app}10`, { ordinal: 10, state: 'exited', health: 'healthy' }),
      ];
      for (const host of ['h2', 'h1'])
        await told(hostReport(host, 1, { apps: ['y', 'x'].map((app) => appReport(app, { containers: some(app) })) }));
    });

    const all = ['h1', 'h2'].flatMap((host) =>
      ['x', 'y'].flatMap((app) => ['1', '1b', '2', '10'].map((id) => `${host}/${app}${id}`)),
    );
    const exited = (path: string): boolean => /[xy](2|10)$/.test(path);

    it('come back as they were reported, in the order of host, app, ordinal and id', async () => {
      expect(await ids()).toEqual(all);
      const [, , row] = await store.containers({ limit: 3 });
      expect(row).toEqual({
        ...container('x2', { ordinal: 2, state: 'exited', health: 'unhealthy', lastError: 'boom' }),
        host: 'h1',
        app: 'x',
      });
    });

    it.each([
      [{}, () => true],
      [{ app: 'x' }, (path: string) => path.includes('/x')],
      [{ host: 'h2' }, (path: string) => path.startsWith('h2')],
      [{ host: 'h2', app: 'y' }, (path: string) => path.startsWith('h2/y')],
      [{ state: 'exited' }, exited],
      [{ health: 'healthy' }, (path: string) => /(1b|10)$/.test(path)],
      [{ state: 'exited', health: 'unhealthy' }, (path: string) => /2$/.test(path)],
      [{ app: 'y', state: 'exited' }, (path: string) => path.includes('/y') && exited(path)],
      [{ app: 'y', health: 'unhealthy' }, (path: string) => path.endsWith('/y2')],
      [{ app: 'y', state: 'exited', health: 'healthy' }, (path: string) => path.endsWith('/y10')],
      [{ host: 'h1', app: 'x', state: 'exited' }, (path: string) => path.startsWith('h1/x') && exited(path)],
      [{ app: 'never' }, () => false],
    ])('are filtered by %j, and paged, with no row twice or left out', async (filter, wanted) => {
      const expected = all.filter(wanted);
      for (const limit of [1, 3, 100]) {
        const seen: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = await store.containers({ ...filter, after, limit });
          const last = page.at(-1);
          if (!last) break;
          seen.push(...page.map(({ host, id }) => `${host}/${id}`));
          after = [last.host, last.app, last.ordinal, last.id].join('\n');
        }
        expect(seen).toEqual(expected);
      }
    });

    it('go on after a row of another app or host as after one of their own', async () => {
      const from = async (filter: object, after: string) =>
        (await store.containers({ ...filter, after, limit: 100 })).map(({ host, id }) => `${host}/${id}`);
      expect(await from({ app: 'x' }, 'h1\ny\n1\ny1')).toEqual(['h2/x1', 'h2/x1b', 'h2/x2', 'h2/x10']);
      expect(await from({ app: 'y' }, 'h2\nx\n99\nz')).toEqual(['h2/y1', 'h2/y1b', 'h2/y2', 'h2/y10']);
      expect(await from({ host: 'h1', app: 'x' }, 'h2\nx\n1\nx1')).toEqual([]);
      expect(await from({ host: 'h2', app: 'x' }, 'h1\nx\n99\nz')).toHaveLength(4);
    });

    it('refuse a place that was not given out', async () => {
      for (const after of ['', 'h1', 'h1\nx\nNaN\nx1', 'h1\nx\n-1\nx1', 'x\n1\nx1'])
        await expect(store.containers({ after, limit: 1 })).rejects.toMatchObject({ code: 'invalid-cursor' });
    });
  });

  it('an app is somewhere while a host has a container or an unfinished row of it', async () => {
    expect(await store.hasAnywhere('web')).toBe(false);
    await told(hostReport('h', 1, { apps: [appReport('web')] }));
    expect(await store.hasAnywhere('web')).toBe(false);
    await told(hostReport('h', 2, { apps: [appReport('web', { state: 'waiting' })] }));
    expect(await store.hasAnywhere('web')).toBe(true);
    await told(hostReport('h', 3, { apps: [appReport('web', { containers: [container('1')] })] }));
    expect(await store.hasAnywhere('web')).toBe(true);
    await told(hostReport('h', 4, { full: false, gone: ['web'] }));
    expect(await store.hasAnywhere('web')).toBe(false);
  });
}
