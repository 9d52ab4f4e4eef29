import type { AppReport, HostReport } from '@nebula/domain';
import { TestClock } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { Reporter, type ReportHeader } from './reporter';

const INTERVAL_MS = 15_000;

const app = (name: string, more: Partial<AppReport> = {}): AppReport => ({
  app: name,
  generation: 1,
  state: 'converged',
  containers: [],
  ...more,
});
const mapOf = (...apps: AppReport[]): Map<string, AppReport> => new Map(apps.map((each) => [each.app, each]));

describe('the reporter', () => {
  let clock: TestClock;
  let reporter: Reporter;
  let sent: HostReport[];
  let host: string | undefined;
  let header: ReportHeader;
  let isHeard: boolean;
  let send: (report: HostReport) => Promise<void>;

  beforeEach(() => {
    clock = new TestClock();
    sent = [];
    host = 'host-1';
    header = { selection: { all: true, names: [] }, workerVersion: '3', problems: [] };
    isHeard = true;
    send = () => Promise.resolve();
    reporter = new Reporter(clock, {
      start: 'start-1',
      intervalMs: INTERVAL_MS,
      host: () => host,
      header: () => structuredClone(header),
      isHeard: () => isHeard,
      send: (report) => {
        sent.push(structuredClone(report));
        return send(report);
      },
    });
  });
  afterEach(() => reporter.stop());

  const problem = (detail: string): void => {
    header.problems = [{ code: 'bad-messages', detail }];
  };
  const told = (report = sent.at(-1)): string =>
    `${report?.full ? 'full' : 'part'} [${report?.apps.map((each) => each.app).join()}] -[${report?.gone.join()}]`;
  const began = async (): Promise<void> => {
    reporter.update(mapOf(app('web'), app('db')));
    await clock.advance(100);
    sent.length = 0;
  };

  it('tells everything first, at once, under the start and a count within it', async () => {
    reporter.update(mapOf(app('web'), app('db')));
    await clock.advance(1);
    expect(sent).toEqual([
      { host: 'host-1', start: 'start-1', count: 1, full: true, ...header, apps: [app('web'), app('db')], gone: [] },
    ]);
  });

  it('tells from then on what differs, at once: what changed, and what went', async () => {
    await began();
    reporter.update(mapOf(app('web', { state: 'converging' }), app('new')));
    await clock.advance(1);
    expect(told()).toBe('part [web,new] -[db]');
    expect(sent[0]!.count).toBe(2);
    reporter.update(mapOf(app('web', { state: 'converging' }), app('new')));
    await clock.advance(1000);
    expect(sent).toHaveLength(1);
  });

  it('tells the steps of a change when it takes long, spaced, and its end at once', async () => {
    await began();
    await clock.advance(5000);
    const step = (error: string) =>
      reporter.update(mapOf(app('web', { generation: 2, state: 'converging', error }), app('db')));
    for (let i = 0; i < 410; i++) {
      step(`${i}`);
      await clock.advance(10);
      if (i === 198) expect(sent).toHaveLength(0);
    }
    expect(sent.map(({ apps }) => apps[0]!.error)).toEqual(['199', '399']);
    step('last');
    reporter.update(mapOf(app('web', { generation: 2 }), app('db')));
    await clock.advance(30);
    expect(sent.at(-1)!.apps).toEqual([app('web', { generation: 2 })]);
    expect(sent).toHaveLength(3);
  });

  it('tells a failure at once, and that it is tried again only when that takes long', async () => {
    await began();
    await clock.advance(5000);
    for (let attempt = 1; attempt <= 3; attempt++) {
      reporter.update(mapOf(app('web', { state: 'failed', error: `attempt ${attempt}` }), app('db')));
      await clock.advance(30);
      expect(sent.at(-1)!.apps[0]!.error).toBe(`attempt ${attempt}`);
      reporter.update(mapOf(app('web', { state: 'converging' }), app('db')));
      await clock.advance(1000);
    }
    expect(sent).toHaveLength(3);
    await clock.advance(1000);
    expect(sent.at(-1)!.apps[0]!.state).toBe('converging');
  });

  it('tells at once of an app that had converged and does not any more', async () => {
    await began();
    await clock.advance(5000);
    reporter.update(mapOf(app('web', { state: 'converging' }), app('db')));
    await clock.advance(1);
    expect(told()).toBe('part [web] -[]');
  });

  it('gathers changes that come in a burst, and ends with the last of them', async () => {
    await began();
    for (let i = 0; i < 1000; i++) {
      reporter.update(mapOf(app('web', { generation: i }), app('db')));
      await clock.advance(1);
    }
    await clock.advance(100);
    expect(sent.length).toBeLessThanOrEqual(42);
    expect(sent.at(-1)!.apps).toEqual([app('web', { generation: 999 })]);
  });

  it('tells news of the host as a whole at once, but no more than one in a second', async () => {
    await began();
    await clock.advance(1000);
    for (let i = 0; i < 5000; i++) {
      problem(`${i} messages`);
      reporter.changed();
      if (i === 0) await clock.advance(1);
      if (i === 0) expect(sent).toHaveLength(1);
      if (i % 10 === 0) await clock.advance(10);
    }
    await clock.advance(1000);
    expect(sent.length).toBeLessThanOrEqual(8);
    expect(sent.at(-1)!.problems[0]!.detail).toBe('4999 messages');
    problem('more');
    reporter.changed();
    reporter.update(mapOf(app('web', { generation: 2 }), app('db'))); // apps do not wait for it
    await clock.advance(30);
    expect(told()).toBe('part [web] -[]');
  });

  it('gives a small sign of life at rest, a little more and less than the interval apart', async () => {
    await began();
    await clock.advance(100 * INTERVAL_MS);
    expect(sent).toHaveLength(100);
    const whole = sent.flatMap(({ full }, index) => (full ? [index + 1] : []));
    expect(whole).toEqual([1, 2, 4, 8, 16, 20, 40, 60, 80, 100]);
    expect(new Set(sent.map(({ count }) => count)).size).toBe(100);
    expect(told(sent.at(-2))).toBe('part [] -[]');
  });

  it('makes a change good that got lost on the way: the next signs of life are whole', async () => {
    await began();
    await clock.advance(10 * INTERVAL_MS);
    sent.length = 0;
    reporter.update(mapOf(app('web')));
    await clock.advance(3 * INTERVAL_MS);
    expect(sent.map((report) => told(report))).toEqual([
      'part [] -[db]',
      'full [web] -[]',
      'full [web] -[]',
      'part [] -[]',
    ]);
  });

  it('tells everything after a report that could not be sent, and tries less and less often', async () => {
    await began();
    send = () => Promise.reject(new Error('away'));
    reporter.update(mapOf(app('web', { state: 'failed' }), app('db')));
    await clock.advance(600_000);
    expect(sent.length).toBeLessThan(100);
    send = () => Promise.resolve();
    sent.length = 0;
    await clock.advance(15_001);
    expect(told(sent[0])).toBe('full [web,db] -[]');
    await clock.advance(INTERVAL_MS / 2);
  });

  it('tells everything again when somebody is there again to hear it, with what is new until then', async () => {
    await began();
    send = () => Promise.reject(new Error('away'));
    reporter.update(mapOf(app('web', { state: 'failed' }), app('db')));
    await clock.advance(60_000);
    send = () => Promise.resolve();
    sent.length = 0;
    reporter.resend(1000);
    await clock.advance(999);
    expect(sent).toEqual([]);
    await clock.advance(2);
    expect(sent.map((report) => told(report))).toEqual(['full [web,db] -[]']);
    reporter.resend(1000);
    await clock.advance(500);
    problem('came before');
    reporter.changed();
    await clock.advance(1);
    expect(sent.map((report) => told(report))).toEqual(['full [web,db] -[]', 'full [web,db] -[]']);
    expect(sent[1]!.problems[0]!.detail).toBe('came before');
    await clock.advance(0.9 * INTERVAL_MS - 600);
    expect(sent).toHaveLength(2);
  });

  it('sends nothing while nobody can hear it, and all of it when somebody can', async () => {
    await began();
    isHeard = false;
    reporter.update(mapOf(app('web', { generation: 2 })));
    await clock.advance(3 * INTERVAL_MS);
    expect(sent).toEqual([]);
    isHeard = true;
    reporter.resend(0);
    await clock.advance(1);
    expect(sent.map((report) => told(report))).toEqual(['full [web] -[]']);
    expect(sent[0]!.apps[0]!.generation).toBe(2);
  });

  it('forgets nothing that came while a report was on its way', async () => {
    await began();
    const ends: (() => void)[] = [];
    send = () => new Promise((end) => ends.push(end));
    reporter.update(mapOf(app('web', { generation: 2 }), app('db')));
    await clock.advance(1);
    problem('came meanwhile');
    reporter.update(mapOf(app('web', { generation: 3 }), app('db')));
    reporter.resend(0);
    await clock.advance(100);
    expect(sent).toHaveLength(1);
    ends[0]!();
    await clock.advance(100);
    expect(sent).toHaveLength(2);
    expect(told()).toBe('full [web,db] -[]');
    expect(sent[1]).toMatchObject({ problems: [{ detail: 'came meanwhile' }], apps: [{ generation: 3 }, {}] });
    problem('came later');
    reporter.changed();
    ends[1]!();
    await clock.advance(2000);
    expect(sent.at(-1)!.problems[0]!.detail).toBe('came later');
  });

  it('says nothing before the host has a name, and everything as soon as it has', async () => {
    host = undefined;
    reporter.update(mapOf(app('web')));
    await clock.advance(5 * INTERVAL_MS);
    expect(sent).toEqual([]);
    host = 'host-1';
    reporter.changed();
    await clock.advance(1);
    expect(told()).toBe('full [web] -[]');
  });

  it('leaves no timer once it is stopped, also when a report was on its way', async () => {
    let end = (): void => undefined;
    send = () => new Promise((resolve) => (end = resolve));
    reporter.update(mapOf(app('web')));
    await clock.advance(1);
    reporter.update(mapOf(app('db')));
    reporter.stop();
    end();
    await clock.rest();
    reporter.changed();
    expect(clock.pending).toBe(0);
    await clock.advance(INTERVAL_MS * 3);
    expect(sent).toHaveLength(1);
  });
});
