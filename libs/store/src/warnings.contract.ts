import type { HostReport } from '@nebula/domain';
import { appReport, at, hostReport, inGroup, NEVER_SILENT, onList } from './host-reports.arbitrary';
import type { HostStore } from './host-store';

/** The obligations of HostStore towards what hosts warn of. `empty` gives an empty store, the same for all of a test. */
export function warningsContract(empty: () => HostStore): void {
  let store: HostStore;
  beforeEach(() => (store = empty()));

  const told = (report: HostReport, seconds = 0): Promise<string[]> => store.record(report, at(seconds));

  describe('warnings', () => {
    const NOT_KEPT = 'the Engine does not keep the memory limit';
    const warning = (host: string, count: number, warnings: string[] | undefined, change: Partial<HostReport> = {}) =>
      told(hostReport(host, count, { apps: [appReport('web', warnings && { warnings })], ...change }), 10);
    const all = (limits = { most: 10, examples: 2 }, silentBefore = NEVER_SILENT) =>
      store.warnings({ app: 'web', groups: ['g'] }, limits, silentBefore);

    it('are grouped by their text, the most frequent first, with a few hosts, whatever the state', async () => {
      for (const host of ['c', 'b', 'a']) await warning(host, 1, ['other', NOT_KEPT, NOT_KEPT]);
      await warning('d', 1, [NOT_KEPT]);
      await warning('e', 1, undefined);
      const groups = [
        { text: NOT_KEPT, hosts: 4, examples: ['a', 'b'] },
        { text: 'other', hosts: 3, examples: ['a', 'b'] },
      ];
      expect(await all()).toEqual(groups);
      expect(await all({ most: 1, examples: 2 })).toEqual(groups.slice(0, 1));
      expect(await all({ most: 10, examples: 0 })).toEqual(groups.map((group) => ({ ...group, examples: [] })));
      expect(await store.warnings({ app: 'we', groups: [] }, { most: 10, examples: 2 }, NEVER_SILENT)).toEqual([]);
    });

    it('are those of hosts that should have the app and are not silent', async () => {
      await warning('group', 1, [NOT_KEPT], { selection: inGroup('g') });
      await warning('list', 1, [NOT_KEPT], { selection: onList('web') });
      await warning('elsewhere', 1, [NOT_KEPT], { selection: inGroup('x') });
      expect(await all()).toEqual([{ text: NOT_KEPT, hosts: 2, examples: ['group', 'list'] }]);
      expect(await all(undefined, at(11))).toEqual([]);
    });

    it('go with the next report, and with what they are about', async () => {
      for (const host of ['again', 'gone', 'forgotten']) await warning(host, 1, [NOT_KEPT]);
      await warning('again', 2, ['other']);
      await told(hostReport('gone', 2), 10);
      await store.forget('forgotten', at(10));
      expect(await all()).toEqual([{ text: 'other', hosts: 1, examples: ['again'] }]);
    });

    it('are cut, and are one line each, whatever a host sends', async () => {
      await warning('a', 1, [
        'x'.repeat(4000),
        'two\nlines',
        'a\u0001b',
        ...Array.from({ length: 90 }, (_, n) => `n${n}`),
      ]);
      const texts = (await all({ most: 100, examples: 0 })).map(({ text }) => text);
      expect(texts).toEqual(expect.arrayContaining(['two lines', 'a b', expect.stringMatching(/^x+ … \(cut\)$/)]));
      expect(texts.length).toBeLessThanOrEqual(10);
      expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(256);
    });
  });
}
