import fc from 'fast-check';
import type { ObservedContainer } from '../runtime';
import { Lives } from './lives';

/** The Engine's clock shows another time of day than ours, which is none. */
const ENGINE = Date.UTC(2031, 0, 1);

describe('the lives of containers', () => {
  let now: number;
  let ahead: number;
  let lives: Lives;
  beforeEach(() => {
    now = 100_000;
    ahead = ENGINE;
    lives = new Lives({ now: () => now, engineTime: () => now + ahead });
  });

  /** By our clock, as the Engine writes it. */
  const iso = (ms: number): string => new Date(ms + ahead).toISOString();
  const container = (more: Partial<ObservedContainer> = {}): ObservedContainer => ({
    ...{ id: 'c', name: 'web-1', image: 'web:1', imageId: 'i', state: 'running', labels: {}, ports: [], networks: [] },
    limits: { nanoCpus: 0, memory: 0, restartPolicy: 'unless-stopped', others: [] },
    restartCount: 0,
    createdAt: iso(0),
    ...more,
  });
  const see = (more: Partial<ObservedContainer>): void => lives.see(container(more));
  const ran = (): number => now - lives.runningSince('c')!;
  const die = (exitCode?: number): void => lives.hear({ kind: 'container', id: 'c', action: 'die', exitCode });

  describe('how long one runs', () => {
    it('is counted from its start by the clock of the Engine, also for a new worker', () => {
      see({ startedAt: iso(40_000) });
      expect(ran()).toBe(60_000);
      now += 500;
      expect(ran()).toBe(60_500);
    });

    it.each([undefined, '', 'yesterday', '0001-01-01T00:00:0'])('is counted from the first look at %p', (startedAt) => {
      see({ startedAt });
      now += 3000;
      expect(ran()).toBe(3000);
    });

    it('is counted from the first look when it starts in the future, after the Engine was set back', () => {
      see({ startedAt: iso(now + 86_400_000) });
      now += 3000;
      expect(ran()).toBe(3000);
    });

    it('does not shrink when the Engine is set back', () => {
      see({ startedAt: iso(40_000) });
      expect(ran()).toBe(60_000);
      ahead -= 86_400_000;
      expect(ran()).toBe(60_000);
    });

    it('is no longer than since it was seen otherwise, whatever the Engine was set to', () => {
      see({ state: 'created' });
      now += 1000;
      see({ startedAt: iso(now) });
      ahead += 365 * 86_400_000;
      now += 200;
      expect(ran()).toBe(1200);
    });

    it('is no longer than since a look at all that did not find it', () => {
      lives.swept();
      now += 1000;
      see({ startedAt: '1970-01-01T00:00:07Z' });
      expect(ran()).toBe(1000);
    });

    it('begins anew with each start, and is nothing while it is down', () => {
      see({ startedAt: iso(40_000) });
      see({ startedAt: iso(40_000), state: 'restarting', finishedAt: iso(99_000) });
      expect(lives.runningSince('c')).toBeUndefined();
      now += 5000;
      see({ startedAt: iso(104_000), finishedAt: iso(99_000), restartCount: 1 });
      expect(ran()).toBe(1000);
      lives.drop('c');
      expect(lives.runningSince('c')).toBeUndefined();
    });

    it('is a number that is not negative, whatever the Engine says', () => {
      const text = fc.oneof(fc.string(), fc.date().map(String), fc.constant(undefined));
      fc.assert(
        fc.property(text, fc.integer(), fc.integer(), (startedAt, first, second) => {
          ahead = first;
          lives = new Lives({ now: () => now, engineTime: () => now + ahead });
          see({ startedAt });
          ahead = second;
          expect(ran()).toBeGreaterThanOrEqual(0);
        }),
      );
    });
  });

  describe('how one ended', () => {
    it('is nothing to tell of one that never did, or that was only made', () => {
      expect(lives.lastEnd('c')).toBeUndefined();
      see({ state: 'created' });
      see({ startedAt: iso(now) });
      expect(lives.lastEnd('c')).toBeUndefined();
    });

    it('is what is seen while it is down, and remembered when it runs again', () => {
      see({ startedAt: iso(40_000) });
      see({ startedAt: iso(40_000), state: 'restarting', finishedAt: iso(52_000), exitCode: 3, restartCount: 1 });
      const end = { returns: 1, livedMs: 12_000, exitCode: 3, oomKilled: false };
      expect(lives.lastEnd('c')).toEqual(end);
      see({ startedAt: iso(52_100), finishedAt: iso(52_000), exitCode: 0, restartCount: 1 });
      expect(lives.lastEnd('c')).toEqual(end);
    });

    it('is known from what was heard, where no look saw it', () => {
      see({ startedAt: iso(40_000) });
      lives.hear({ kind: 'container', id: 'c', action: 'oom' });
      die(137);
      see({ startedAt: iso(52_100), finishedAt: iso(52_000), restartCount: 1 });
      expect(lives.lastEnd('c')).toEqual({ returns: 1, livedMs: 12_000, exitCode: 137, oomKilled: true });
      die(5);
      see({ startedAt: iso(60_000), finishedAt: iso(58_100), restartCount: 2 });
      expect(lives.lastEnd('c')).toEqual({ returns: 2, livedMs: 6000, exitCode: 5, oomKilled: false });
    });

    it('is known also when it is heard of only after it was seen to run again', () => {
      see({ startedAt: iso(40_000) });
      see({ startedAt: iso(52_100), finishedAt: iso(52_000), restartCount: 1 });
      expect(lives.lastEnd('c')).not.toHaveProperty('exitCode');
      die(3);
      expect(lives.lastEnd('c')).toMatchObject({ exitCode: 3 });
    });

    it('of many lives that nobody saw is that of one in the mean', () => {
      see({ startedAt: iso(40_000) });
      see({ startedAt: iso(70_100), finishedAt: iso(70_000), restartCount: 3 });
      expect(lives.lastEnd('c')).toMatchObject({ returns: 3, livedMs: 10_000 });
    });

    it('is guessed by a new worker from all its lives, so that it calls nothing restarting that ran long enough', () => {
      see({ createdAt: iso(0), startedAt: iso(60_100), finishedAt: iso(60_000), restartCount: 5, oomKilled: true });
      expect(lives.lastEnd('c')).toEqual({ returns: 5, livedMs: 12_000, oomKilled: true });
    });

    it.each([
      { createdAt: 'then', finishedAt: 'now' },
      { createdAt: '', finishedAt: undefined },
    ])('is not guessed from what is no time: %j', (times) => {
      see({ ...times, startedAt: iso(60_000), restartCount: 5 });
      expect(lives.lastEnd('c')).toMatchObject({ returns: 5, livedMs: Infinity });
    });

    it('is no negative life where clocks were set', () => {
      see({ startedAt: iso(40_000), state: 'exited', finishedAt: iso(1) });
      expect(lives.lastEnd('c')).toMatchObject({ livedMs: 0 });
    });

    it('is no matter of events about what was never looked at', () => {
      die(1);
      expect(lives.lastEnd('c')).toBeUndefined();
    });
  });

  describe('coming back', () => {
    /** As Docker does for a start that is not its own: the count begins anew. */
    const startedAgain = (livedMs: number, restartCount = 0): void => {
      see({ startedAt: iso(now) });
      now += livedMs;
      see({ startedAt: iso(now), finishedAt: iso(now), restartCount });
    };
    const returns = (): number | undefined => lives.lastEnd('c')?.returns;

    it('once, started by hand, is none, however short it had lived', () => {
      startedAgain(3000);
      expect(returns()).toBe(0);
    });

    it('again and again is one, whoever starts it', () => {
      startedAgain(3000);
      startedAgain(3000);
      expect(returns()).toBe(2);
      startedAgain(3000);
      expect(returns()).toBe(3);
    });

    it('after a long life is none', () => {
      startedAgain(3000);
      startedAgain(3000);
      startedAgain(60_000);
      expect(returns()).toBe(0);
    });

    it('with the Engine is none', () => {
      for (let times = 0; times < 5; times++) {
        see({ startedAt: iso(now) });
        now += 3000;
        lives.engineWasAway();
        see({ startedAt: iso(now), finishedAt: iso(now) });
      }
      expect(returns()).toBe(0);
    });

    it('is what Docker is about to do, also where it counts none: it was killed since, say', () => {
      see({ startedAt: iso(now) });
      now += 3_600_000;
      see({ state: 'restarting', startedAt: iso(now - 3_600_000), finishedAt: iso(now), exitCode: 137 });
      expect(returns()).toBe(1);
    });

    it('by Docker itself is counted by Docker', () => {
      see({ startedAt: iso(now) });
      now += 3000;
      see({ startedAt: iso(now), finishedAt: iso(now), restartCount: 1 });
      expect(returns()).toBe(1);
    });
  });
});
