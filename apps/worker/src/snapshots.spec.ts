import { HostBus, Refusal, seal } from '@nebula/bus';
import type { Envelope, Snapshot, SnapshotRequest } from '@nebula/domain';
import { DesiredState, type Seen } from '@nebula/orchestration';
import { TestClock } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { Snapshots } from './snapshots';

const generation = { createdAt: 'then', updatedAt: 'now', actor: 'me', generation: 2, deleted: false };
const WEB = { ...generation, name: 'web', spec: { name: 'web', image: 'a' }, bornAt: 1, restartedAt: 0, pulledAt: 0 };

describe('the asking for snapshots', () => {
  let clock: TestClock;
  let desired: DesiredState;
  let snapshots: Snapshots;
  let asked: { at: number; question: Envelope<SnapshotRequest> }[];
  let answer: () => Promise<Envelope<Snapshot>>;
  let host: string | undefined;
  let seen: Seen[];
  let changes: number;
  let successions: number;
  let refused: Refusal[];

  beforeEach(() => {
    clock = new TestClock();
    desired = new DesiredState({ all: true, names: [] });
    [asked, seen, changes, successions, refused, host] = [[], [], 0, 0, [], 'host-1'];
    answer = () => Promise.resolve(seal('shop', 'store-1', { groups: [], apps: [WEB] }));
    const bus = {
      snapshot: (question: Envelope<SnapshotRequest>) => {
        asked.push({ at: clock.now(), question });
        return answer();
      },
    } as Partial<HostBus> as HostBus;
    snapshots = new Snapshots(bus, desired, clock, {
      installation: 'shop',
      host: () => host,
      seen: () => seen,
      onChange: () => changes++,
      onSuccession: () => successions++,
      onRefused: (refusal) => refused.push(refusal),
      onAnswered: () => undefined,
      onUnanswered: () => undefined,
    });
  });
  afterEach(() => {
    snapshots.stop();
    expect(clock.pending).toBe(0);
  });
  const gaps = (): number[] => asked.slice(1).map(({ at }, index) => at - asked[index]!.at);

  it('asks once, for what is selected and what the host has something of', async () => {
    desired.hearApp('store-1', { ...WEB, name: 'db', spec: { name: 'db', image: 'a' } });
    seen = [{ store: 'store-1', app: 'old', generation: 3 }];
    snapshots.ask();
    await clock.advance(60_000);
    const body = { host: 'host-1', selection: { all: true, names: [] }, known: ['db', 'old'] };
    expect(asked.map(({ question }) => question)).toEqual([{ v: 1, installation: 'shop', store: 'store-1', body }]);
    expect(desired.wanted().map(({ name }) => name)).toContain('web');
    expect(changes).toBe(1);
  });

  it('tells when another store takes the place of the one that is followed, and only then', async () => {
    snapshots.ask();
    await clock.advance(1);
    expect(successions).toBe(0);
    answer = () => Promise.resolve(seal('shop', 'store-2~1', { groups: [], apps: [] }));
    snapshots.ask();
    await clock.advance(1);
    snapshots.ask();
    await clock.advance(1);
    expect([successions, desired.followedStore, desired.known()]).toEqual([1, 'store-2~1', []]);
  });

  it('asks again when the store that was followed answers once more after another took its place', async () => {
    const answers = ['store-1', 'store-1', 'store-1', 'store-1~2'];
    answer = () => Promise.resolve(seal('shop', answers.shift() ?? 'store-1~2', { groups: [], apps: [WEB] }));
    snapshots.ask();
    await clock.advance(1);
    snapshots.askSuccessor('store-1~2', 1000);
    snapshots.askSuccessor('store-1~1', 1000);
    await clock.advance(60_000);
    expect(gaps()).toEqual([501, 225, 450]);
    expect([desired.followedStore, successions]).toEqual(['store-1~2', 1]);
  });

  it('does not wait for ever for a store that never answers', async () => {
    snapshots.ask();
    await clock.advance(1);
    snapshots.askSuccessor('store-2~1', 1000);
    await clock.advance(600_000);
    expect(asked).toHaveLength(1 + 7);
    expect(desired.followedStore).toBe('store-1');
  });

  it('follows no store in its question before it knows one', async () => {
    snapshots.ask();
    await clock.advance(1);
    expect(asked[0]!.question.store).toBe('');
    expect(desired.followedStore).toBe('store-1');
  });

  it('goes on asking until somebody answers, less and less often', async () => {
    answer = () => Promise.reject(new Error('nobody'));
    snapshots.ask();
    await clock.advance(600_000);
    expect(gaps().slice(0, 4)).toEqual([225, 450, 900, 1800]);
    expect(Math.max(...gaps())).toBeLessThanOrEqual(15_000);
    expect(asked.length).toBeLessThan(70);
    answer = () => Promise.resolve(seal('shop', 'store-1', { groups: [], apps: [WEB] }));
    await clock.advance(15_000);
    const after = asked.length;
    await clock.advance(600_000);
    expect(asked).toHaveLength(after);
    expect(changes).toBe(1);
  });

  it('asks at once when told to, however long the pause would be', async () => {
    answer = () => Promise.reject(new Error('nobody'));
    snapshots.ask();
    await clock.advance(120_000);
    const before = asked.length;
    snapshots.ask();
    await clock.advance(1);
    expect(asked).toHaveLength(before + 1);
  });

  it('asks once more, soon, when it was told to while it asked, whatever came of it', async () => {
    for (const outcome of ['answered', 'failed']) {
      asked.length = 0;
      const { promise, resolve, reject } = Promise.withResolvers<Envelope<Snapshot>>();
      answer = () => promise;
      snapshots.ask();
      await clock.advance(5000);
      for (let i = 0; i < 10; i++) snapshots.ask();
      const good = seal('shop', 'store-1', { groups: [], apps: [WEB] });
      answer = () => Promise.resolve(good);
      if (outcome === 'answered') resolve(good);
      else reject(new Error('cut off'));
      await clock.advance(60_000);
      expect(gaps()).toEqual([5000 + 225]);
    }
  });

  it('is spread over hosts, and not put off by being told to again and again', async () => {
    clock.chance = () => 0.9;
    const begin = clock.now();
    for (let i = 0; i < 50; i++) {
      snapshots.ask(1000);
      await clock.advance(100);
    }
    expect(asked[0]!.at - begin).toBe(900);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it('waits for the name of the host', async () => {
    host = undefined;
    snapshots.ask();
    await clock.advance(1000);
    expect(asked).toEqual([]);
    host = 'host-1';
    snapshots.ask();
    await clock.advance(1);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['of another installation', { ...seal('other', 'store-1', { groups: [], apps: [WEB] }) }],
    ['that is no snapshot', seal('shop', 'store-1', { groups: 5 })],
    ['of nothing at all', null],
  ])('does not take an answer %s, tells of it, and asks again', async (_, bad) => {
    answer = () => Promise.resolve(bad as Envelope<Snapshot>);
    snapshots.ask();
    await clock.advance(1000);
    expect(refused.length).toBeGreaterThan(1);
    expect(desired.known()).toEqual([]);
    expect(changes).toBe(0);
  });

  it('counts what comes in between question and answer as no sign of an older store', async () => {
    const { promise, resolve } = Promise.withResolvers<Envelope<Snapshot>>();
    answer = () => promise;
    snapshots.ask();
    await clock.advance(100);
    desired.hearApp('store-1', { ...WEB, generation: 3 });
    resolve(seal('shop', 'store-1', { groups: [], apps: [WEB] }));
    await clock.rest();
    expect(desired.problems()).toEqual([]);
    expect(desired.newest('web')?.generation).toBe(3);
  });
});
