import type { AppSpec } from '@nebula/domain';
import fc from 'fast-check';
import type { ObservedContainer } from '../runtime';
import type { LastEnd } from './history';
import { generationOf, PaperHost } from './paper-host.arbitrary';
import type { Verdict } from './plan';
import { doubtedUntil } from './restarts';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({ name: 'web', image: 'web:1', networks: ['bridge'], ...more });
const verdict = (host: PaperHost): Verdict | undefined => host.plan().apps[0]?.verdict;
const byOrdinal = (host: PaperHost): ObservedContainer[] => [...host.containers.values()];
const last = (host: PaperHost): ObservedContainer => byOrdinal(host).at(-1)!;
const change = (host: PaperHost, more: Partial<ObservedContainer>): void => {
  host.containers.set(last(host).id, { ...last(host), ...more });
};

/** Carries out all plans without time passing. */
function act(host: PaperHost): void {
  for (let rounds = 0; rounds < 5; rounds++) host.carryOut(host.plan());
}

function settled(spec = web()): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

/** How long it takes from now until it is converged, ms, with nothing but planning at the times that plans name. */
function settlesAfter(host: PaperHost): number {
  const begin = host.now;
  for (;;) {
    const made = host.plan();
    host.carryOut(made);
    if (made.apps.every(({ verdict: { state } }) => state === 'converged')) return host.now - begin;
    if (made.apps.some(({ actions }) => actions.length > 0)) continue;
    if (made.wakeAt === undefined) throw new Error('it waits for nothing');
    host.now = made.wakeAt;
  }
}

describe('a container counts as running', () => {
  it('after five seconds without an exit where its settings did not yet run here', () => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    act(host);
    expect(verdict(host)).toEqual({ state: 'converging' });
    host.now += 4999;
    expect(verdict(host)).toEqual({ state: 'converging' });
    host.now += 1;
    expect(verdict(host)).toEqual({ state: 'converged' });
  });

  it('after five seconds when the image is another one', () => {
    const host = settled();
    host.images.set('web:2', 'another image');
    host.hear(generationOf(web({ image: 'web:2' }), 2));
    act(host);
    expect(settlesAfter(host)).toBe(5000);
  });

  it('after one second where they did: repair, scaling, and settings that come back', () => {
    const host = settled();
    host.state(last(host).id, 'exited');
    act(host);
    expect(settlesAfter(host)).toBe(1000);
    host.hear(generationOf(web({ containersPer: { host: 2 } }), 2));
    act(host);
    expect(settlesAfter(host)).toBe(1000);
    host.hear(generationOf(web({ env: { A: '1' } }), 3));
    act(host);
    expect(settlesAfter(host)).toBe(5000);
    host.hear(generationOf(web(), 4));
    act(host);
    expect(settlesAfter(host)).toBe(1000);
  });

  it('after one second where another of its kind has run for five, though nobody remembers', () => {
    const host = settled(web({ containersPer: { host: 2 } }));
    host.provens.clear();
    host.state(last(host).id, 'exited');
    act(host);
    expect(settlesAfter(host)).toBe(1000);
  });

  it('at once for a new worker, when it has run for long enough', () => {
    const host = settled();
    host.provens.clear();
    expect(settlesAfter(host)).toBe(0);
    expect(host.plan().wakeAt).toBeUndefined();
  });

  it('no later than after the time that is set', () => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    host.settleMs = 500;
    act(host);
    expect(settlesAfter(host)).toBe(500);
  });

  it('is planned for at the moment at which it does, and never again', () => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    act(host);
    expect(host.plan().wakeAt).toBe(host.now + 5000);
    host.now += 5000;
    host.carryOut(host.plan());
    expect(host.plan().wakeAt).toBeUndefined();
  });
});

describe('a rolling change', () => {
  const rolling = (more: Partial<AppSpec> = {}): AppSpec =>
    web({ containersPer: { host: 3 }, rolling: { maxUnavailable: 1 }, ...more });

  it('waits five seconds for the first one of new settings, and one for each further', () => {
    const host = settled(rolling());
    host.hear(generationOf(rolling({ env: { A: '1' } }), 2));
    act(host);
    expect(settlesAfter(host)).toBe(5000 + 1000 + 1000);
  });

  it('takes nothing more down while the first one of new settings comes back again and again', () => {
    const host = settled(rolling());
    host.hear(generationOf(rolling({ env: { A: '1' } }), 2));
    act(host);
    change(host, { restartCount: 2 });
    host.ends.set(last(host).id, { livedMs: 12_000, exitCode: 3 });
    host.now += 12_000;
    expect(verdict(host)).toMatchObject({ state: 'failed', reason: 'restarting' });
    expect(host.plan().apps[0]?.actions).toEqual([]);
  });

  it('still counts an old one as up that runs for a second', () => {
    const host = new PaperHost().hear(generationOf(rolling(), 1));
    act(host);
    host.now += 1000;
    host.hear(generationOf(rolling({ env: { A: '1' } }), 2));
    act(host);
    expect(byOrdinal(host).filter(({ state }) => state === 'running')).toHaveLength(3);
    expect(host.up('web')).toBe(2);
  });
});

describe('a container that comes back again and again', () => {
  const returned = (end: Partial<LastEnd> = {}, more: Partial<ObservedContainer> = {}): PaperHost => {
    const host = settled();
    host.state(last(host).id, 'running');
    change(host, { restartCount: 3, ...more });
    host.ends.set(last(host).id, { livedMs: 12_000, exitCode: 3, ...end });
    return host;
  };

  it('fails its app until it has run for twice its last life', () => {
    const host = returned();
    const error = 'container "web-1" ended with exit code 3, restarted 3 times';
    const began = host.now;
    for (const ms of [0, 1000, 5000, 12_000, 23_999]) {
      host.now = began + ms;
      expect(verdict(host)).toMatchObject({ state: 'failed', reason: 'restarting', error, container: 'web-1' });
    }
    host.now = began;
    expect(settlesAfter(host)).toBe(24_000);
  });

  it.each([
    [50, 10_000],
    [5000, 10_000],
    [15_000, 30_000],
    [86_400_000, 60_000],
    [Infinity, 60_000],
  ])('that lived for %i ms is believed after %i ms', (livedMs, ms) => {
    expect(settlesAfter(returned({ livedMs }))).toBe(ms);
  });

  it('is never believed before ten seconds, and never later than after a minute', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), (livedMs) => {
        const until = doubtedUntil({ returns: 1, livedMs, oomKilled: false }, 0);
        expect(until).toBeGreaterThanOrEqual(10_000);
        expect(until).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  it('says so without an exit code that nobody saw', () => {
    expect(verdict(returned({ exitCode: undefined, returns: 1 }))?.error).toBe(
      'container "web-1" ended with exit code unknown, restarted once',
    );
  });

  it.each<[string, Partial<LastEnd>, Verdict['reason'], string, number]>([
    ['a signal', { exitCode: 139 }, 'restarting', 'was ended by signal SIGSEGV (exit code 139), restarted', 0],
    ['being killed', { exitCode: 137 }, 'restarting', 'was ended by signal SIGKILL (exit code 137), restarted', 0],
    ['a command that a shell did not find', { exitCode: 127 }, 'restarting', '127 (a command in it was not found)', 0],
    ['one that it could not execute', { exitCode: 126 }, 'restarting', '126 (a command in it cannot be executed)', 0],
    ['a code that is no signal', { exitCode: 255 }, 'restarting', 'ended with exit code 255, restarted', 0],
    [
      'want of memory',
      { exitCode: 137, oomKilled: true },
      'out-of-memory',
      'was killed by the kernel: out of memory, limit 64 MiB',
      64,
    ],
    [
      'want of memory, its code not seen',
      { oomKilled: true },
      'out-of-memory',
      'by the kernel: out of memory, limit 8',
      8,
    ],
    [
      'want of memory of a process in it',
      { exitCode: 5, oomKilled: true },
      'out-of-memory',
      'ended with exit code 5 after the kernel killed a process in it: out of memory, limit 64 MiB',
      64,
    ],
    [
      'want of memory on the host',
      { exitCode: 137, oomKilled: true },
      'out-of-memory',
      'by the kernel: out of memory, without a limit of its own',
      0,
    ],
  ])('for %s says so', (_, end, reason, error, memoryMiB) => {
    const host = settled(web(memoryMiB > 0 ? { resources: { memoryMiB } } : {}));
    host.ends.set(last(host).id, { livedMs: 10, ...end });
    change(host, { restartCount: 3, state: 'restarting' });
    expect(verdict(host)).toMatchObject({ state: 'failed', reason, error: expect.stringContaining(error) });
  });

  it('is told of also when Nebula is what starts it', () => {
    const host = settled();
    change(host, { state: 'exited' });
    host.ends.set(last(host).id, { returns: 2, livedMs: 3000, exitCode: 1 });
    expect(verdict(host)).toMatchObject({
      state: 'failed',
      reason: 'restarting',
      error: expect.stringContaining('code 1'),
    });
  });

  it('is not what somebody stopped that had run for long, or paused', () => {
    const host = returned({ livedMs: 86_400_000 }, { state: 'exited' });
    expect(verdict(host)).toEqual({ state: 'converging' });
    change(host, { error: 'port is already allocated' });
    expect(verdict(host)).toMatchObject({
      reason: 'exited',
      error: expect.stringContaining('port is already allocated'),
    });
    change(host, { state: 'paused', error: undefined });
    expect(verdict(host)).toEqual({ state: 'converging' });
  });

  it('is no matter where it never came back', () => {
    const host = settled();
    host.ends.set(last(host).id, { returns: 0, livedMs: 10 });
    expect(verdict(host)).toEqual({ state: 'converged' });
  });
});
