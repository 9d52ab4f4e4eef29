import type { ObservedContainer } from '../runtime';
import { RuntimeError } from '../runtime';
import { FakeRuntime, VirtualClock } from '../runtime/fake';
import { Observer } from './observer';
import { TestClock } from './test-clock.arbitrary';

const SWEEP_MS = 60_000;

/** Holds answers back until the test lets them go, in the order that it likes. */
function heldBack<A extends unknown[], T>(call: (...args: A) => Promise<T>) {
  const waiting: (() => void)[] = [];
  const held = async (...args: A): Promise<T> => {
    const answer = await call(...args); // as it was when it was asked
    await new Promise<void>((go) => waiting.push(go));
    return answer;
  };
  return { held, waiting };
}

describe('the observer', () => {
  let clock: TestClock;
  let runtime: FakeRuntime;
  let observer: Observer;
  let changes: number;
  let aways: string[];
  let volumes: string[];

  beforeEach(() => {
    clock = new TestClock();
    runtime = new FakeRuntime({ clock });
    [changes, aways, volumes] = [0, [], []];
    observer = new Observer(runtime, clock, {
      sweepMs: SWEEP_MS,
      onChange: () => changes++,
      onVolume: ({ name, action }) => volumes.push(`${action} ${name}`),
      onAway: (error) => aways.push(error),
    });
  });

  afterEach(() => observer.stop());

  const started = async (): Promise<void> => {
    observer.start();
    await clock.rest();
  };
  const names = (): string[] => [...observer.containers()].map(({ name }) => name).toSorted();
  const state = (id: string): string | undefined => [...observer.containers()].find((each) => each.id === id)?.state;
  const networks = (): string[] => observer.networks().map(({ name }) => name);

  it('is ready after one look at everything, not before', async () => {
    runtime.byHand.run({ name: 'one' });
    observer.start();
    expect(observer.ready).toBe(false);
    await clock.rest();
    expect(observer.ready).toBe(true);
    expect(observer.engine?.cpus).toBe(4);
    expect(names()).toEqual(['one']);
    expect(networks()).toEqual(['bridge', 'host', 'none']);
  });

  it('follows what is made, changed and removed, by events alone', async () => {
    await started();
    runtime.journal.clear();
    const id = runtime.byHand.run({ name: 'one' });
    await clock.rest();
    expect(state(id)).toBe('running');
    expect(observer.runningSince(id)).toBe(clock.now());
    runtime.byHand.rename(id, 'two');
    runtime.byHand.pause(id);
    runtime.byHand.createNetwork('blue');
    runtime.byHand.createVolume('data');
    await clock.rest();
    expect(names()).toEqual(['two']);
    expect(state(id)).toBe('paused');
    expect(observer.runningSince(id)).toBeUndefined();
    expect(networks()).toContain('blue');
    expect(volumes).toEqual(['create data']);
    runtime.byHand.remove(id);
    await clock.rest();
    expect(observer.has(id)).toBe(false);
    expect(runtime.journal.count('list')).toBe(0);
    expect(changes).toBeGreaterThan(0);
  });

  it("tells the Engine's own time, whatever the worker's clock says", async () => {
    const engines = new VirtualClock(Date.UTC(1999, 11, 31));
    const other = new FakeRuntime({ clock: engines });
    const of = new Observer(other, clock, { sweepMs: SWEEP_MS, onChange() {}, onVolume() {}, onAway() {} });
    of.start();
    await clock.advance(1000);
    expect(of.engineTime()).toBe(engines.now() + 1000);
    await of.stop();
  });

  it('asks nothing at rest but the sweep', async () => {
    await started();
    runtime.byHand.run({ name: 'one' });
    await clock.rest();
    runtime.journal.clear();
    await clock.advance(10 * SWEEP_MS);
    const calls = runtime.journal.calls.map(({ name }) => name);
    expect(new Set(calls)).toEqual(new Set(['info', 'list', 'networks']));
    expect(calls.length).toBeLessThanOrEqual(3 * 11);
    expect(clock.pending).toBe(1);
  });

  it('finds by the sweep what events missed', async () => {
    await started();
    const [gone, stopped] = ['gone', 'stopped'].map((name) => runtime.byHand.run({ name }));
    await clock.rest();
    runtime.script.loseEvents(true);
    runtime.byHand.remove(gone!);
    runtime.byHand.stop(stopped!);
    runtime.byHand.run({ name: 'new' });
    runtime.byHand.createNetwork('blue');
    await clock.rest();
    expect(names()).toEqual(['gone', 'stopped']);
    await clock.advance(SWEEP_MS * 1.2);
    expect(names()).toEqual(['new', 'stopped']);
    expect(state(stopped!)).toBe('exited');
    expect(networks()).toContain('blue');
  });

  it('asks for every container in one sweep of ten, and in the others for what the list tells something new of', async () => {
    await started();
    const id = runtime.byHand.run({ name: 'one' });
    await clock.advance(SWEEP_MS * 1.2);
    const memory = () => [...observer.containers()].find((each) => each.id === id)?.limits.memory;
    runtime.script.loseEvents(true);
    runtime.byHand.update(id, { memory: 1e9 });
    await clock.advance(5 * SWEEP_MS);
    expect(memory()).toBe(0);
    runtime.byHand.pause(id);
    await clock.advance(SWEEP_MS * 1.2);
    expect(memory()).toBe(1e9);
    runtime.byHand.update(id, { memory: 2e9 });
    await clock.advance(11 * SWEEP_MS);
    expect(memory()).toBe(2e9);
  });

  it('asks for every container in the sweep after a look that failed', async () => {
    await started();
    const id = runtime.byHand.run({ name: 'one' });
    await clock.advance(SWEEP_MS * 1.2);
    runtime.script.failNext('inspect', new RuntimeError('away', 'no answer'));
    runtime.byHand.update(id, { memory: 1e9 });
    await clock.advance(2000);
    expect([...observer.containers()][0]?.limits.memory).toBe(1e9);
  });

  it('knows since when a container runs without a break', async () => {
    await started();
    const id = runtime.byHand.run({ name: 'one' });
    await clock.advance(5000);
    expect(clock.now() - observer.runningSince(id)!).toBe(5000);
    runtime.byHand.stop(id);
    runtime.byHand.start(id);
    await clock.advance(1000);
    expect(clock.now() - observer.runningSince(id)!).toBe(1000);
    await clock.advance(SWEEP_MS);
    expect(clock.now() - observer.runningSince(id)!).toBe(1000 + SWEEP_MS);
  });

  it('looks once more, and only once, for all events that come during a look', async () => {
    await started();
    const id = runtime.byHand.run({ name: 'one' });
    await clock.rest();
    const { held, waiting } = heldBack((of: string) => FakeRuntime.prototype.inspect.call(runtime, of));
    runtime.inspect = held;
    runtime.journal.clear();
    for (let i = 0; i < 10; i++) runtime.byHand.rename(id, `name-${i}`);
    await clock.rest();
    expect(runtime.journal.count('inspect')).toBe(1);
    waiting.shift()!();
    await clock.rest();
    waiting.shift()!();
    await clock.rest();
    expect(runtime.journal.count('inspect')).toBe(2);
    expect(names()).toEqual(['name-9']);
  });

  describe('leaves it for a second at the most, when more is about to be told', () => {
    const looks = (): number => runtime.journal.count('inspect');
    const image = { name: 'web', image: 'web:1', imageId: 'image-1', labels: {}, networks: [] };
    let id: string;

    beforeEach(async () => {
      await started();
      id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      runtime.journal.clear();
    });

    it('of a container that was made, or connected', async () => {
      const settings = runtime.machine.get(id).spec.settings;
      runtime.machine.images.tag('web:1', { id: 'image-1', program: {} });
      const made = await runtime.create({ ...image, settings });
      await clock.advance(900);
      expect(looks()).toBe(0);
      await clock.advance(200);
      expect(state(made)).toBe('created');
      expect(looks()).toBe(1);
      runtime.byHand.createNetwork('blue');
      runtime.byHand.connect(made, 'blue');
      await runtime.start(made);
      await clock.rest();
      expect(state(made)).toBe('running');
      await clock.advance(5000);
      expect(looks()).toBe(2);
    });

    it('of one that somebody acts on and looks at in the end', async () => {
      const acted = new Set([id]);
      const end = observer.actsOn(acted);
      runtime.byHand.pause(id);
      runtime.byHand.unpause(id);
      runtime.byHand.rename(id, 'two');
      await clock.rest();
      expect(looks()).toBe(0);
      end();
      await observer.refresh(acted);
      expect(names()).toEqual(['two']);
      await clock.advance(5000);
      expect(looks()).toBe(1);
      runtime.byHand.pause(id);
      await clock.rest();
      expect(state(id)).toBe('paused');
    });

    it('of one that is acted on for long', async () => {
      observer.actsOn(new Set([id]));
      runtime.byHand.pause(id);
      await clock.advance(1100);
      expect(state(id)).toBe('paused');
      runtime.byHand.unpause(id);
      runtime.byHand.remove(id);
      await clock.rest();
      expect(observer.has(id)).toBe(false);
      expect(clock.pending).toBe(1);
    });
  });

  describe('does not let an earlier look, or its answer', () => {
    it('replace what a later look at the same container saw', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      const { held, waiting } = heldBack((of: string) => FakeRuntime.prototype.inspect.call(runtime, of));
      runtime.inspect = held;
      const looks = [observer.refresh([id])];
      await clock.rest();
      runtime.byHand.pause(id);
      looks.push(observer.refresh([id]));
      await clock.rest();
      for (const go of waiting.toReversed()) go();
      await clock.rest();
      expect(state(id)).toBe('paused');
    });

    it('be lost behind a sweep that only gave the container back', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.advance(SWEEP_MS * 1.2);
      const { held, waiting } = heldBack((of: string) => FakeRuntime.prototype.inspect.call(runtime, of));
      runtime.inspect = held;
      runtime.byHand.update(id, { memory: 1e9 });
      await clock.advance(SWEEP_MS * 1.2);
      waiting[0]!();
      await clock.rest();
      expect([...observer.containers()][0]?.limits.memory).toBe(1e9);
    });

    it('bring back a container that is destroyed', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      const { held, waiting } = heldBack((of: string) => FakeRuntime.prototype.inspect.call(runtime, of));
      runtime.inspect = held;
      const look = observer.refresh([id]);
      await clock.rest();
      runtime.byHand.remove(id);
      await clock.advance(SWEEP_MS * 1.2); // a sweep between them forgets nothing of it
      waiting[0]!();
      await look;
      expect(observer.has(id)).toBe(false);
    });

    it('bring back a container that a later sweep did not find, when its end was missed', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      const { held, waiting } = heldBack((of: string) => FakeRuntime.prototype.inspect.call(runtime, of));
      runtime.inspect = held;
      const look = observer.refresh([id]);
      await clock.rest();
      runtime.script.loseEvents(true);
      runtime.byHand.remove(id);
      await clock.advance(SWEEP_MS * 1.2);
      waiting[0]!();
      await look;
      expect(observer.has(id)).toBe(false);
    });

    it('undo by a sweep what happened while it was under way', async () => {
      await started();
      const [old, changed] = ['old', 'changed'].map((name) => runtime.byHand.run({ name }));
      await clock.rest();
      const { held, waiting } = heldBack(() => FakeRuntime.prototype.list.call(runtime));
      runtime.list = held;
      await clock.advance(SWEEP_MS * 1.2);
      expect(waiting).toHaveLength(1);
      runtime.byHand.remove(old!);
      runtime.byHand.pause(changed!);
      const fresh = runtime.byHand.run({ name: 'fresh' });
      await clock.rest();
      waiting[0]!();
      await clock.rest();
      expect(names()).toEqual(['changed', 'fresh']);
      expect(state(changed!)).toBe('paused');
      expect(state(fresh)).toBe('running');
    });

    it('undo by a sweep what a later sweep found, nor sweep twice as often from then on', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      const { held, waiting } = heldBack(() => FakeRuntime.prototype.list.call(runtime));
      runtime.list = held;
      await clock.advance(SWEEP_MS * 1.2);
      runtime.byHand.remove(id);
      runtime.machine.events.cutAll(); // the stream comes again: another sweep
      await clock.rest();
      expect(waiting).toHaveLength(2);
      waiting[1]!();
      await clock.rest();
      expect(observer.ready).toBe(true);
      waiting[0]!();
      await clock.rest();
      expect(observer.has(id)).toBe(false);
      expect(clock.pending).toBe(1);
    });

    it('replace the networks that a later look saw', async () => {
      await started();
      const { held, waiting } = heldBack(() => FakeRuntime.prototype.networks.call(runtime));
      runtime.networks = held;
      runtime.byHand.createNetwork('blue');
      await clock.rest();
      runtime.byHand.createNetwork('green');
      await clock.rest();
      for (const go of waiting.toReversed()) go();
      await clock.rest();
      expect(networks()).toEqual(expect.arrayContaining(['blue', 'green']));
    });
  });

  describe('when the Engine is away', () => {
    it('is not ready until the stream stands again and all was looked at since', async () => {
      await started();
      runtime.script.goAway('gone fishing');
      await clock.rest();
      expect(observer.ready).toBe(false);
      expect(aways).toEqual(['gone fishing']);
      const { held, waiting } = heldBack(() => FakeRuntime.prototype.list.call(runtime));
      runtime.list = held;
      runtime.script.comeBack();
      const id = runtime.byHand.run({ name: 'new' });
      await clock.rest();
      expect(observer.ready).toBe(false); // the stream stands, but what it did not tell is not known yet
      waiting[0]!();
      await clock.rest();
      expect(observer.ready).toBe(true);
      expect(observer.has(id)).toBe(true);
    });

    it('asks again within seconds when only the sweep failed, and is not ready meanwhile', async () => {
      await started();
      runtime.script.failNext('list', new RuntimeError('away', 'no answer'));
      await clock.advance(SWEEP_MS * 1.2);
      expect(aways).toEqual(['no answer']);
      await clock.advance(2000);
      expect(observer.ready).toBe(true);
      runtime.script.failNext('info', new Error('not one of ours') as RuntimeError);
      runtime.machine.events.cutAll();
      await clock.rest();
      expect(observer.ready).toBe(false);
      expect(aways).toEqual(['no answer', 'not one of ours']);
      await clock.advance(2000);
      expect(observer.ready).toBe(true);
    });

    it('looks at everything soon when a single look failed, however many fail meanwhile', async () => {
      await started();
      const id = runtime.byHand.run({ name: 'one' });
      await clock.rest();
      runtime.script.failNext('inspect', new RuntimeError('away', 'no answer'), Infinity);
      for (let i = 0; i < 6; i++) {
        runtime.byHand.rename(id, `name-${i}`);
        await clock.advance(300);
      }
      expect(names()[0]).toMatch(/^name-[1-5]$/);
      runtime.script.failNext('networks', new RuntimeError('away', 'no answer'));
      runtime.byHand.createNetwork('blue');
      await clock.advance(2000);
      expect(networks()).toContain('blue');
    });
  });

  it('leaves no timer, and tells nothing more, once it is stopped', async () => {
    await started();
    const { held, waiting } = heldBack(() => FakeRuntime.prototype.list.call(runtime));
    runtime.list = held as () => Promise<ObservedContainer[]>;
    await clock.advance(SWEEP_MS * 1.2);
    await observer.stop();
    const before = changes;
    waiting[0]!();
    await clock.rest();
    expect(changes).toBe(before);
    expect(clock.pending).toBe(0);
  });
});
