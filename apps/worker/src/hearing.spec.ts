import type { BusState, HostBus } from '@nebula/bus';
import type { AppGeneration, AppReport, DigestMessage, Snapshot } from '@nebula/domain';
import { TestClock } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { Hearing } from './hearing';

const INTERVAL_S = 10;
const TWO_MS = 2 * INTERVAL_S * 1000;
/** Half an interval is the longest that hosts are spread over, and chance is in the middle. */
const SPREAD_MS = 2_500;
const GRACE_MS = 2_000;

const ALL = { all: true } as const;
const WEB = { app: 'web' };
const EDGE = { group: 'edge' };

describe('the hearing of a host', () => {
  let clock: TestClock;
  let hearing: Hearing;
  let state: BusState;
  let did: string[];
  let answers: boolean;
  let refuses: boolean;
  let boundAt: number;
  let snapshot: Snapshot;

  const make = (
    selection = { all: true, names: [] as string[] } as { all: boolean; names: string[]; group?: string },
  ) => {
    const bus: Partial<HostBus> = {
      state: () => state,
      listenAgain: async () => {
        did.push('binds');
        boundAt = clock.now();
        if (refuses) throw new Error('refused');
      },
      reconnect: () => {
        did.push('reconnects');
        hearing.connected();
        ask();
      },
    };
    const ask = (): void => {
      did.push('asks');
      if (answers) hearing.answered(snapshot);
    };
    const onChange = (): void => void did.push(hearing.problems().length > 0 ? 'is deaf' : 'hears');
    hearing = new Hearing(bus as HostBus, clock, { selection, ask, onChange });
  };
  const digest = (scope: DigestMessage['scope'], intervalSeconds: number | undefined = INTERVAL_S): void =>
    hearing.heard({ scope, digest: 'any', intervalSeconds });
  const took = (): string[] => did.splice(0);
  /** Digests of these as if all were well. */
  const rounds = async (count: number, ...scopes: DigestMessage['scope'][]): Promise<void> => {
    for (let round = 0; round < count; round++) {
      for (const scope of scopes) digest(scope);
      await clock.advance(INTERVAL_S * 1000);
    }
  };
  const generation = (name: string, deleted = false): AppGeneration => ({ name, deleted }) as AppGeneration;

  beforeEach(() => {
    clock = new TestClock();
    [state, did, answers, refuses] = ['up', [], true, false];
    snapshot = { groups: [], apps: [], digestIntervalSeconds: INTERVAL_S };
    make();
  });
  afterEach(() => {
    hearing.stop();
    expect(clock.pending).toBe(0);
  });

  it('expects digests of what it heard of by a change alone: a binding that was lost before the first one is missed', async () => {
    make({ all: false, names: ['web'], group: 'edge' });
    hearing.connected();
    await rounds(1, ALL);
    hearing.learnt(EDGE, false);
    await rounds(2, ALL);
    await clock.advance(SPREAD_MS);
    expect(took()).toEqual(['binds', 'asks']);
  });

  it('expects none of what it heard the end of', async () => {
    make({ all: false, names: ['web'] });
    snapshot = { ...snapshot, apps: [generation('web')] };
    hearing.answered(snapshot);
    hearing.connected();
    await rounds(1, ALL, WEB);
    hearing.learnt(WEB, true);
    await rounds(5, ALL);
    expect(took()).toEqual([]);
  });

  it('does nothing at all while digests come, be they as late as they get', async () => {
    hearing.connected();
    digest(ALL);
    for (let round = 0; round < 50; round++) {
      await clock.advance(INTERVAL_S * 1500);
      digest(ALL);
    }
    expect(took()).toEqual([]);
  });

  it('after two intervals of silence binds again on the connection that is there, asks, and says that it is deaf', async () => {
    hearing.connected();
    await rounds(3, ALL);
    await clock.advance(TWO_MS - INTERVAL_S * 1000 - 1);
    expect(took()).toEqual([]);
    await clock.advance(1 + SPREAD_MS);
    expect(took()).toEqual(['binds', 'asks']);
    await clock.advance(GRACE_MS);
    expect(took()).toEqual(['is deaf']);
    expect(hearing.problems()).toEqual([{ code: 'deaf', detail: expect.stringContaining('none for 20 s') }]);
  });

  it('binds soon when the api answers again after hours, and digests still stay away', async () => {
    hearing.connected();
    digest(ALL);
    answers = false;
    await clock.advance(2 * 3_600_000); // the api is away
    took();
    // the api is back; meanwhile the broker lost the bindings
    hearing.answered(snapshot);
    await clock.advance(GRACE_MS);
    expect(took()).toEqual(['is deaf']);
    const begun = clock.now();
    await clock.until('binds again', () => did.includes('binds') || did.includes('reconnects'), 4 * 3_600_000);
    expect((clock.now() - begun) / 1000).toBeLessThan(TWO_MS / 1000 + 10);
  });

  it('says of what has left this host that it has left', async () => {
    hearing.connected();
    await clock.advance(60_000 + SPREAD_MS + 1_000 + GRACE_MS);
    expect(hearing.problems()).toHaveLength(1);
    const gone: AppReport = { app: 'old', generation: 9, state: 'converged', leaving: true, containers: [] };
    expect(hearing.reports(new Map([['old', gone]])).get('old')).toEqual(gone);
  });

  it('hears again with the next digest, without a new connection', async () => {
    hearing.connected();
    await clock.advance(60_000 + SPREAD_MS + 1_000 + GRACE_MS);
    digest(ALL);
    expect(took()).toEqual(['binds', 'asks', 'is deaf', 'hears']);
    expect(hearing.problems()).toEqual([]);
    await rounds(20, ALL);
    expect(took()).toEqual([]);
  });

  it('makes a new connection only when digests stay away although a question was answered, more rarely each time', async () => {
    hearing.connected();
    digest(ALL);
    const acts: number[] = [];
    for (const begun = clock.now(); clock.now() - begun < 3_600_000;) {
      await clock.advance(1_000);
      if (took().includes('reconnects')) acts.push((clock.now() - begun) / 1_000);
    }
    expect(acts[0]).toBeGreaterThan((2 * TWO_MS) / 1_000);
    const gaps = acts.slice(1).map((at, index) => at - acts[index]!);
    expect(gaps.slice(0, 4)).toEqual(gaps.slice(0, 4).toSorted((a, b) => a - b));
    expect(acts.length).toBeLessThan(9);
    expect(hearing.problems()).toHaveLength(1);
  });

  it('is not deaf, and keeps its connection, when nobody answers either: the api is away', async () => {
    answers = false;
    hearing.connected();
    digest(ALL);
    await clock.advance(3_600_000);
    expect(new Set(took())).toEqual(new Set(['binds', 'asks']));
    expect(hearing.problems()).toEqual([]);
  });

  it('is not deaf when the api comes back, answers, and tells its digests a little later', async () => {
    answers = false;
    hearing.connected();
    digest(ALL);
    await clock.advance(600_000);
    took();
    hearing.answered(snapshot);
    await clock.advance(GRACE_MS - 1);
    digest(ALL);
    await clock.advance(GRACE_MS);
    expect(took()).toEqual([]);
  });

  it('is no longer deaf for what it says when the api goes away meanwhile', async () => {
    hearing.connected();
    digest(ALL);
    await clock.advance(TWO_MS + SPREAD_MS + GRACE_MS);
    expect(took()).toContain('is deaf');
    answers = false;
    await clock.advance(600_000);
    expect(took()).toContain('hears');
    expect(hearing.problems()).toEqual([]);
  });

  it('lets the bus make anew what it refuses, and asks when that is told', async () => {
    refuses = true;
    hearing.connected();
    digest(ALL);
    await clock.advance(TWO_MS + SPREAD_MS);
    expect(took()).toEqual(['binds']);
  });

  it.each<BusState>(['away', 'blocked'])('says and does nothing while the bus is %s, however long', async (how) => {
    hearing.connected();
    digest(ALL);
    state = how;
    await clock.advance(3_600_000);
    expect(took()).toEqual([]);
    state = 'up';
    hearing.connected();
    await clock.advance(TWO_MS - 1);
    expect(took()).toEqual([]);
  });

  it.each([
    ['an api that does not say it', undefined, 60],
    ['one that says what makes no sense', -7, 60],
    ['one that says it', 100, 200],
  ])('takes the interval of %s', async (_, said, seconds) => {
    hearing.connected();
    hearing.heard({ scope: ALL, digest: 'any', intervalSeconds: said });
    await clock.advance(seconds * 1_000 - 1);
    expect(took()).toEqual([]);
    await clock.advance(3_001);
    expect(took()).toEqual(['binds', 'asks']);
  });

  it('knows by its first answer how long it has to wait for its first digest', async () => {
    snapshot = { ...snapshot, digestIntervalSeconds: 3_600 };
    hearing.connected();
    hearing.answered(snapshot);
    await clock.advance(7_199_000);
    expect(took()).toEqual([]);
  });

  it('hears a shorter interval at once', async () => {
    hearing.connected();
    digest(ALL, 3_600);
    await clock.advance(60_000);
    digest(ALL, 1);
    await clock.advance(2_000 + 500);
    expect(took()).toEqual(['binds', 'asks']);
  });

  it('notices that one of several ways is lost: of an app that it lists, of its group', async () => {
    make({ all: false, names: ['web', 'unknown'], group: 'edge' });
    snapshot = { ...snapshot, apps: [generation('web'), generation('other')], group: { name: 'edge' } as never };
    hearing.connected();
    hearing.answered(snapshot);
    await rounds(10, ALL, WEB, EDGE);
    expect(took()).toEqual([]);
    for (const missing of [
      [ALL, EDGE],
      [ALL, WEB],
      [WEB, EDGE],
    ]) {
      await rounds(3, ...missing);
      expect(took()).toEqual(['binds', 'asks', 'is deaf']);
      await rounds(2, ALL, WEB, EDGE);
      expect(took()).toEqual(['hears']);
    }
  });

  it('expects no digest of what the store does not have: deleted, or unknown to it', async () => {
    make({ all: false, names: ['web', 'old'], group: 'edge' });
    const group = { name: 'edge', deleted: true } as never;
    hearing.connected();
    hearing.answered({ ...snapshot, apps: [generation('web'), generation('old', true)], group });
    await rounds(10, ALL, WEB);
    expect(took()).toEqual([]);
    // It is deleted, and so many were after it that nobody is told of it any more.
    snapshot = { ...snapshot, apps: [generation('web', true)] };
    await rounds(20, ALL);
    expect(took()).toEqual(['binds', 'asks']);
  });

  it('binds again, a little later and once, where it missed what only a digest told it', async () => {
    hearing.connected();
    digest(ALL);
    for (let n = 0; n < 10; n++) hearing.missed();
    await clock.advance(SPREAD_MS);
    expect(took()).toEqual(['binds']);
  });

  describe('of answers', () => {
    it('binds again when a question is not answered though digests come, then makes a new connection, ever more rarely', async () => {
      hearing.connected();
      digest(ALL);
      for (let n = 1; n <= 16; n++) hearing.unanswered();
      const reconnects = took().flatMap((what, index) => (what === 'reconnects' ? [index + 1] : []));
      expect(reconnects).toHaveLength(1);
    });

    it('does nothing when no digests come: the api is away', async () => {
      hearing.connected();
      hearing.unanswered();
      digest(ALL);
      answers = false;
      await clock.advance(TWO_MS + SPREAD_MS);
      took();
      for (let n = 1; n <= 16; n++) hearing.unanswered();
      expect(took()).toEqual([]);
    });

    it('does nothing while the bus is away', () => {
      hearing.connected();
      digest(ALL);
      state = 'away';
      hearing.unanswered();
      expect(took()).toEqual([]);
    });
  });

  it('says of no app that it is as it should be, as long as it is deaf', async () => {
    const report = (app: string, state_: AppReport['state']): [string, AppReport] => [
      app,
      { app, generation: 1, state: state_, containers: [] },
    ];
    const reports = new Map([report('web', 'converged'), report('db', 'failed'), report('cache', 'waiting')]);
    hearing.connected();
    digest(ALL);
    expect(hearing.reports(reports)).toBe(reports);
    await clock.advance(TWO_MS + SPREAD_MS + GRACE_MS);
    const states = [...hearing.reports(reports).values()].map(({ app, state: said, reason }) => [app, said, reason]);
    expect(states).toEqual([
      ['web', 'converging', 'deaf'],
      ['db', 'failed', undefined],
      ['cache', 'waiting', undefined],
    ]);
  });

  it('spreads what many hosts would do at the same time', async () => {
    const times = new Set<number>();
    for (const chance of [0, 0.2, 0.4, 0.6, 0.8, 0.99]) {
      clock.chance = () => chance;
      make();
      hearing.connected();
      digest(ALL);
      const begun = clock.now();
      await clock.advance(TWO_MS + 2 * SPREAD_MS);
      times.add(boundAt - begun);
      hearing.stop();
    }
    expect(times.size).toBe(6);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1.9 * SPREAD_MS);
  });
});
