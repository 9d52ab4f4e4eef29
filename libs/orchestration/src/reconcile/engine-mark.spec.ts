import { RuntimeError } from '../runtime';
import { FakeRuntime } from '../runtime/fake';
import { EngineMark } from './engine-mark';
import { chanceOf, TestClock } from './test-clock.arbitrary';

const MARK = 'nebula-worker.shop';

/** A worker, as far as the mark is concerned. */
class Worker {
  /** What it was told, in order. */
  readonly told: boolean[] = [];
  /** How often it was told that another one lives. */
  aside = 0;
  readonly mark: EngineMark;
  private readonly end = new AbortController();
  private frozen?: (() => void)[];

  constructor(
    private readonly runtime: FakeRuntime,
    private readonly clock: TestClock,
    readonly token: string,
    installation = 'shop',
    private readonly delay = (): number => 0,
  ) {
    const onChange = (held: boolean): void => void this.told.push(held);
    const onAside = (): void => void (this.aside += 1);
    this.mark = new EngineMark(runtime, clock, { installation, token, onChange, onAside });
  }

  start(): this {
    void this.watch();
    return this;
  }

  /** kill -9: it hears nothing and does nothing any more. */
  kill(): void {
    this.end.abort();
  }

  freeze(): void {
    this.frozen = [];
  }

  /** Goes on with what it did not hear meanwhile. */
  wake(): void {
    const missed = this.frozen ?? [];
    this.frozen = undefined;
    for (const hear of missed) hear();
  }

  private async watch(): Promise<void> {
    let last = 0;
    for await (const event of this.runtime.watch(this.end.signal, () => undefined)) {
      // Late, but in order, as on a wire.
      last = Math.max(last, this.clock.now() + this.delay());
      const hear = (): void => {
        if (this.frozen) this.frozen.push(hear);
        else if (this.end.signal.aborted) return;
        else if (event.kind === 'resync') void this.mark.acquire();
        else if (event.kind === 'volume') this.mark.onVolume(event);
      };
      if (last === this.clock.now()) hear();
      else this.clock.after(last - this.clock.now(), hear);
    }
  }
}

describe('the mark of an Engine', () => {
  let clock: TestClock;
  let runtime: FakeRuntime;
  const worker = (token: string, installation?: string): Worker =>
    new Worker(runtime, clock, token, installation).start();
  const volumes = (): string[] => runtime.machine.volumes.names();
  const holder = (): string | undefined => runtime.machine.volumes.labels(MARK)?.['nebula.worker'];

  beforeEach(() => {
    clock = new TestClock();
    runtime = new FakeRuntime({ clock });
  });

  it('is held at once by the only worker, and asks nothing more then', async () => {
    const one = worker('one');
    await clock.rest();
    expect(one.mark.isHeld).toBe(true);
    expect(one.told).toEqual([true]);
    runtime.journal.clear();
    await clock.advance(3_600_000);
    expect(runtime.journal.calls).toEqual([]);
    expect(runtime.machine.volumes.labels(MARK)).toMatchObject({ 'nebula.installation': 'shop' });
  });

  it('makes the later worker stand aside for as long as the first one lives', async () => {
    const one = worker('one');
    await clock.rest();
    const two = worker('two');
    await clock.advance(60_000);
    expect([one.mark.isHeld, two.mark.isHeld]).toEqual([true, false]);
    expect(one.told).toEqual([true]);
    expect(two.told).toEqual([]);
  });

  it('tells the later worker at once that another one lives, once for as long as that is so', async () => {
    const one = worker('one');
    await clock.rest();
    const two = worker('two');
    await clock.rest();
    expect([one.aside, two.aside]).toEqual([0, 1]);
    await clock.advance(60_000);
    expect([one.aside, two.aside]).toEqual([0, 1]);
    await one.mark.release();
    await clock.rest();
    const three = worker('three');
    await clock.rest();
    expect([two.told, two.aside, three.aside]).toEqual([[true], 1, 1]);
  });

  it('does not call a dead worker one that lives', async () => {
    const one = worker('one');
    await clock.rest();
    one.kill();
    const two = worker('two');
    await clock.until('it holds it', () => two.mark.isHeld, 2000);
    expect(two.aside).toBe(0);
  });

  it('goes to the next worker within 2 s after kill -9 of its holder, whenever that was', async () => {
    for (let after = 0; after <= 3000; after += 250) {
      runtime = new FakeRuntime({ clock });
      const one = worker('one');
      await clock.rest();
      const two = worker('two');
      await clock.advance(after);
      one.kill();
      expect(await clock.until('the next one holds it', () => two.mark.isHeld, 2000)).toBeLessThan(2000);
      expect(holder()).toBe('two');
      expect(volumes()).toEqual([MARK]);
      two.kill();
    }
  });

  it('goes to a worker that starts after kill -9 of its holder within 2 s', async () => {
    const one = worker('one');
    await clock.rest();
    one.kill();
    const two = worker('two');
    await clock.until('it holds it', () => two.mark.isHeld, 2000);
  });

  it.each([100, 700, 1200])('goes to the next worker at once when it is released (after %i ms)', async (after) => {
    const one = worker('one');
    await clock.rest();
    const two = worker('two');
    await clock.advance(after);
    await one.mark.release();
    await clock.rest();
    expect(two.mark.isHeld).toBe(true);
    expect(one.mark.isHeld).toBe(false);
    await clock.advance(60_000);
    expect(volumes()).toEqual([MARK]);
  });

  it('leaves nothing on the Engine and no timer when its holder ends, or one that stood aside', async () => {
    const one = worker('one');
    await clock.rest();
    const two = worker('two');
    await clock.advance(200);
    await two.mark.release();
    await one.mark.release();
    await clock.rest();
    expect(volumes()).toEqual([]);
    expect(clock.pending).toBe(0);
    await one.mark.acquire();
    expect(volumes()).toEqual([]);
  });

  it('leaves none that is made in the instant of its end', async () => {
    runtime.script.latencyMs = 5;
    const one = worker('one');
    await clock.advance(1);
    const released = one.mark.release();
    await clock.advance(100);
    await released;
    expect(volumes()).toEqual([]);
    expect(one.told).toEqual([]);
  });

  it('is not taken from a holder that answers, however slow the Engine is', async () => {
    runtime.script.latencyMs = 200;
    const one = worker('one');
    await clock.advance(2000);
    const two = worker('two');
    await clock.advance(30_000);
    expect([one.mark.isHeld, two.mark.isHeld]).toEqual([true, false]);
    expect(one.told).toEqual([true]);
  });

  it('is noticed to be lost by a holder that was frozen, as soon as it wakes', async () => {
    const one = worker('one');
    await clock.rest();
    const two = worker('two');
    one.freeze();
    await clock.until('the next one holds it', () => two.mark.isHeld, 2000);
    one.wake();
    await clock.rest();
    expect(one.mark.isHeld).toBe(false);
    await clock.advance(10_000);
    expect([one.mark.isHeld, two.mark.isHeld]).toEqual([false, true]);
    expect(one.told).toEqual([true, false]);
  });

  it('is looked at again when the Engine comes back, for another may have it', async () => {
    const one = worker('one');
    await clock.rest();
    runtime.script.goAway();
    await clock.rest();
    runtime.machine.volumes.remove(MARK);
    runtime.machine.volumes.ensure(MARK, { 'nebula.worker': 'stranger' });
    runtime.script.comeBack();
    await clock.rest();
    expect(one.mark.isHeld).toBe(false);
    await clock.advance(2000);
    expect(one.mark.isHeld).toBe(true); // the stranger did not answer
  });

  it('is asked for again when a single call got no answer', async () => {
    runtime.script.failNext('ensureVolume', new RuntimeError('away', 'no answer within 30 s'), 3);
    const one = worker('one');
    await clock.rest();
    expect(one.mark.isHeld).toBe(false);
    await clock.advance(2000);
    expect(one.mark.isHeld).toBe(true);
  });

  it('is no reason to leave the host alone when it can not be made, as on a full disk', async () => {
    const full = new RuntimeError('disk-full', 'no space left on device');
    runtime.script.failNext('ensureVolume', full, Infinity);
    const one = worker('one');
    await clock.rest();
    expect(one.mark.isHeld).toBe(true);
    await one.mark.release();
    expect(volumes()).toEqual([]);
  });

  it('stays with a holder that answers before the Engine has told of the challenge', async () => {
    const one = worker('one');
    await clock.rest();
    const gone = new RuntimeError('conflict', 'the volume was removed as soon as it was made');
    runtime.script.failNext('ensureVolume', gone, Infinity, 'nebula-worker-challenge.shop.two');
    const two = worker('two');
    await clock.advance(10_000);
    expect([one.mark.isHeld, two.mark.isHeld]).toEqual([true, false]);
  });

  it('is tried for again when it was removed as soon as it was made', async () => {
    const gone = new RuntimeError('conflict', 'the volume was removed as soon as it was made');
    runtime.script.failNext('ensureVolume', gone, 1, MARK);
    const one = worker('one');
    await clock.advance(2000);
    expect([one.mark.isHeld, holder()]).toEqual([true, 'one']);
  });

  it('is cleared of the challenges of workers that died while they asked', async () => {
    const labels = { 'nebula.installation': 'shop' };
    runtime.machine.volumes.ensure(MARK, { ...labels, 'nebula.worker': 'dead' });
    for (const token of ['dead', 'dead2']) {
      runtime.machine.volumes.ensure(`nebula-worker-challenge.shop.${token}`, labels);
    }
    runtime.machine.volumes.ensure('precious', labels);
    const one = worker('one');
    await clock.until('it holds the mark', () => one.mark.isHeld, 2000);
    await clock.rest();
    expect(volumes().toSorted()).toEqual([MARK, 'precious']);
  });

  it('does not touch the mark of another on its way out', async () => {
    const one = worker('one');
    await clock.rest();
    one.freeze();
    const two = worker('two');
    await clock.until('the next one holds it', () => two.mark.isHeld);
    await one.mark.release();
    expect(holder()).toBe('two');
  });

  it('is another one for each installation, also where names begin alike', async () => {
    const workers = ['shop', 'shop.2', 'sho', 'shop.challenge.x'].map((name, i) => worker(`w${i}`, name));
    await clock.rest();
    expect(workers.map(({ mark }) => mark.isHeld)).toEqual([true, true, true, true]);
    const later = worker('later', 'shop.2');
    workers[1]!.kill();
    await clock.until('the dead one is not spoken for by others', () => later.mark.isHeld, 2000);
    expect(workers.map(({ told }) => told)).toEqual([[true], [true], [true], [true]]);
  });

  it.each([
    ['that begin together', false],
    ['that begin together after a holder died', true],
  ])(
    'has exactly one holder in the end, of workers %s, for 50 seeds',
    async (_, dead) => {
      for (let seed = 1; seed <= 50; seed++) {
        clock = new TestClock();
        runtime = new FakeRuntime({ clock });
        const chance = chanceOf(seed);
        const late = (most: number) => Math.round(chance() * most);
        Object.defineProperty(runtime.script, 'latencyMs', { get: () => late(40) });
        if (dead) runtime.machine.volumes.ensure(MARK, { 'nebula.worker': 'dead' });
        const workers = ['a', 'b', 'c'].map((token) =>
          new Worker(runtime, clock, token, 'shop', () => late(30)).start(),
        );
        await clock.advance(6000);
        const before = workers.map(({ told }) => told.length);
        await clock.advance(20_000);
        const holders = workers.filter(({ mark }) => mark.isHeld).map(({ token }) => token);
        expect([seed, holders]).toEqual([seed, [holder()]]);
        expect(workers.map(({ told }) => told.length)).toEqual(before);
        for (const each of workers) each.kill();
      }
      // The time is a clock's of the test; what it takes is three seconds of a processor.
    },
    60_000,
  );
});
