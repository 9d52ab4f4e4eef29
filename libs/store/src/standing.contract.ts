import type { AppReport, HostReport } from '@nebula/domain';
import { appReport, at, hostReport, inGroup, NEVER_SILENT, onList } from './host-reports.arbitrary';
import type { HostStore } from './host-store';

const EXAMPLES = 3;
/** While hosts say something else all the time; a server that takes their reports in slowly answers as slowly. */
const LOOKS = 20;

/** How an app stands: its counts, and who failed and why. */
export function standingContract(store: () => HostStore): void {
  const failing = (host: string, reason: AppReport['reason'], change: Partial<HostReport> = {}, seconds = 10) =>
    store().record(
      hostReport(host, 1, { apps: [appReport('web', { state: 'failed', reason, error: `on ${host}` })], ...change }),
      at(seconds),
    );
  const standing = (generation: number, examples = EXAMPLES, groups: string[] = [], silentBefore = NEVER_SILENT) =>
    store().standing({ app: 'web', groups }, generation, examples, silentBefore);

  describe('failures', () => {
    it('are grouped by reason, the most frequent first, with a few examples', async () => {
      for (const host of ['a', 'b', 'c']) await failing(host, 'port-taken');
      await failing('d', 'exited');
      await store().record(
        hostReport('e', 1, { apps: [appReport('web'), appReport('db', { state: 'failed' })] }),
        at(10),
      );
      expect((await standing(1, 2)).failures).toEqual([
        {
          reason: 'port-taken',
          hosts: 3,
          examples: ['a', 'b'].map((host) => ({ host, generation: 1, error: `on ${host}` })),
        },
        { reason: 'exited', hosts: 1, examples: [{ host: 'd', generation: 1, error: 'on d' }] },
      ]);
      expect((await standing(1, 0)).failures).toMatchObject([
        { reason: 'port-taken', hosts: 3, examples: [] },
        { reason: 'exited', hosts: 1, examples: [] },
      ]);
    });

    it('are those of hosts that should have the app and are not silent', async () => {
      await failing('list', 'exited', { selection: onList('web') });
      await failing('group', 'exited', { selection: inGroup('g') });
      await failing('elsewhere', 'exited', { selection: inGroup('x') });
      await failing('silent', 'exited', {}, 1);
      const { counts, failures } = await standing(1, 5, ['g'], at(5));
      expect(failures).toMatchObject([{ hosts: 2, examples: [{ host: 'group' }, { host: 'list' }] }]);
      expect(counts).toMatchObject({ hosts: 3, failed: 2, silent: 1 });
    });

    it('are those of this generation or a newer one: who failed with an older one is told of the new one yet', async () => {
      await failing('a', 'exited');
      await failing('b', 'exited', { apps: [appReport('web', { state: 'failed', reason: 'exited', generation: 2 })] });
      const { counts, failures } = await standing(2);
      expect(counts).toMatchObject({ hosts: 2, failed: 1, converging: 1 });
      expect(failures).toEqual([{ reason: 'exited', hosts: 1, examples: [{ host: 'b', generation: 2 }] }]);
      expect((await standing(3)).failures).toEqual([]);
    });
  });

  it('counts and the hosts of failures agree at each instant, whatever is reported meanwhile', async () => {
    const hosts = ['a', 'b', 'c', 'd'];
    const says: Partial<AppReport>[] = [
      { state: 'failed', reason: 'exited', error: 'one', generation: 2 },
      { state: 'converged', generation: 2 },
      { state: 'failed', reason: 'port-taken', error: 'two', generation: 2 },
      { state: 'failed', reason: 'unhealthy', error: 'three', generation: 1 },
    ];
    let ended = false;
    const move = async (host: string, place: number): Promise<void> => {
      for (let count = 1; !ended; count++) {
        const apps = [appReport('web', says[(count + place) % says.length])];
        await store().record(hostReport(host, count, { apps }), at(10));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for (const host of hosts) await store().record(hostReport(host, 0, { start: 'before' }), at(10));
    const moving = hosts.map(move);
    const seen = new Set<string>();
    try {
      for (let look = 0; look < LOOKS; look++) {
        const { counts, failures } = await standing(2);
        seen.add(JSON.stringify(counts));
        const { hosts: all, converged, converging, waiting, failed, silent } = counts;
        expect(all).toBe(hosts.length);
        expect(converged + converging + waiting + failed + silent).toBe(all);
        expect(failures.reduce((total, group) => total + group.hosts, 0)).toBe(failed);
        for (const group of failures) expect(group.examples.length).toBeLessThanOrEqual(group.hosts);
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      ended = true;
      await Promise.all(moving);
    }
    // Otherwise nothing moved, and nothing was shown.
    expect(seen.size).toBeGreaterThan(1);
  }, 30_000);
}
