import type { HostReport } from '@nebula/domain';
import { appReport, at, container, hostReport, NEVER_SILENT, onList } from './host-reports.arbitrary';
import type { HostStore } from './host-store';

/** The obligations of HostStore where a host is no more. `empty` gives an empty store, the same for all of a test. */
export function forgottenHostContract(empty: () => HostStore): void {
  let store: HostStore;
  beforeEach(() => (store = empty()));

  const told = (report: HostReport, seconds = 0): Promise<string[]> => store.record(report, at(seconds));

  describe('a host', () => {
    it('is forgotten with all its rows, and comes back by itself', async () => {
      const apps = [appReport('web', { containers: [container('1')], state: 'failed', error: 'e' }), appReport('db')];
      await told(hostReport('h', 7, { apps, selection: onList('web') }));
      expect((await store.forget('h', at(8)))!.sort()).toEqual(['db', 'web']);
      expect(await store.forget('h', at(8))).toBeUndefined();
      expect(await store.host('h')).toBeUndefined();
      expect(await store.appOnHost('web', 'h')).toBeUndefined();
      expect(await store.containers({ limit: 9 })).toEqual([]);
      expect(await store.hasAnywhere('web')).toBe(false);
      expect((await store.counts({ app: 'web', groups: [] }, 1, NEVER_SILENT)).hosts).toBe(0);
      expect(await told(hostReport('h', 8, { apps: [appReport('web')], selection: onList('web') }))).toEqual(['web']);
      expect(await store.appOnHost('web', 'h')).toEqual({ app: 'web', generation: 1, state: 'converged' });
    });

    it('that is silent is forgotten, those silent longest first, a page at a time', async () => {
      for (const second of [3, 1, 2, 9])
        await told(hostReport(`h${second}`, 1, { apps: [appReport(`app${second}`)] }), second);
      expect((await store.forgetSilent(at(5), 2)).sort()).toEqual(['app1', 'app2']);
      expect(await store.forgetSilent(at(5), 2)).toEqual(['app3']);
      expect(await store.forgetSilent(at(5), 2)).toEqual([]);
      expect((await store.hosts({ limit: 10 })).map(({ id }) => id)).toEqual(['h9']);
    });

    it('is not made known again by old reports, of its last start or one before, but by a new one', async () => {
      const apps = [appReport('web')];
      const reports = [
        hostReport('h', 5, { start: 'first', apps }),
        hostReport('h', 1, { start: 'second', apps }),
        hostReport('h', 2, { start: 'second', apps }),
      ];
      for (const report of reports) await told(report);
      await store.forget('h', at(100));
      for (const report of [...reports, hostReport('h', 4, { start: 'first', apps })])
        expect(await told(report, 200)).toEqual([]);
      expect(await store.host('h')).toBeUndefined();
      expect(await told(hostReport('h', 3, { start: 'second', apps }), 300)).toEqual(['web']);
      expect(await store.host('h')).toMatchObject({ firstHeardAt: at(300).toISOString(), apps: { converged: 1 } });
      expect(await told(hostReport('h', 5, { start: 'first', apps }), 301)).toEqual([]);
      await store.forget('h', at(400));
      expect(await told(hostReport('h', 1, { start: 'third', apps }), 500)).toEqual(['web']);
    });

    it('is believed again, whatever it says, a day after it was forgotten, when another is', async () => {
      const report = hostReport('h', 5, { apps: [appReport('web')] });
      await told(report);
      await store.forget('h', at(0));
      const DAY = 86_400;
      await told(hostReport('i', 1), DAY);
      await store.forget('i', at(DAY + 1));
      expect(await told(report, DAY + 1)).toEqual(['web']);
    });
  });
}
