import type { OwnedContainer } from '../plan/owned-container';
import type { ImageMemory } from '../plan/plan';
import { Memory, type MemoryData } from './memory';
import { TestClock } from './test-clock.arbitrary';

const image = (id: string, more: Partial<ImageMemory> = {}): ImageMemory => ({
  reference: 'web:1',
  id,
  settings: '1:a',
  pulledAt: 0,
  ...more,
});
const failure = (generation = 1) => ({ generation, reason: 'start-failed' as const, error: 'no' });

describe('the memory of a host', () => {
  let clock: TestClock;
  let changes: number;
  let memory: Memory;
  const make = (saved?: MemoryData, maxRestartWaitMs = 0): Memory =>
    new Memory(
      clock,
      {
        maxRestartWaitMs,
        runningSince: () => 7,
        restartingSince: () => 8,
        lastEnd: () => undefined,
        onChange: () => changes++,
      },
      saved,
    );

  beforeEach(() => {
    clock = new TestClock();
    changes = 0;
    memory = make();
  });

  it('keeps images and contested ports, and tells only when they have changed', () => {
    memory.rememberImage('web', image('one'));
    memory.rememberImage('web', image('one'));
    memory.rememberClaims(new Map([['80/tcp', 'web']]));
    memory.rememberClaims(new Map([['80/tcp', 'web']]));
    expect(changes).toBe(2);
    for (const other of [{ id: 'x' }, { reference: 'x' }, { settings: 'x' }, { pulledAt: 9 }, { life: '1.2' }]) {
      memory.rememberImage('web', image('one', other));
    }
    expect(changes).toBe(7);
    memory.rememberClaims(new Map([['80/tcp', 'db']]));
    memory.rememberClaims(new Map());
    memory.rememberImage('web', undefined);
    memory.rememberImage('web', undefined);
    expect(changes).toBe(10);
  });

  it('keeps volumes, and tells only when they have changed', () => {
    const life = { bornAt: 1, restartedAt: 0 };
    const owner = { installation: 'shop', store: 's', app: 'web', generation: 1, ordinal: 1, settings: '1:a', life };
    const volume = { name: 'v', target: '/data', owner };
    const remember = (...volumes: (typeof volume)[]) =>
      memory.rememberVolumes(new Map(volumes.map((each) => [each.name, each])));
    remember(volume);
    remember({ ...volume });
    expect(changes).toBe(1);
    expect([...make(JSON.parse(JSON.stringify(memory.save())) as MemoryData).volumes()]).toEqual([volume]);
    for (const other of [
      { target: '/x' },
      { owner: { ...owner, generation: 2 } },
      { owner: { ...owner, store: 't' } },
    ]) {
      remember({ ...volume, ...other });
    }
    expect(changes).toBe(4);
    remember(volume, { ...volume, name: 'w' });
    memory.forgetVolumes(new Set(['v']));
    memory.forgetVolumes(new Set(['v']));
    expect([...memory.volumes()].map(({ name }) => name)).toEqual(['w']);
    expect(changes).toBe(6);
  });

  it('is the same after it was saved and read', () => {
    memory.rememberImage('web', image('one'));
    memory.rememberClaims(new Map([['80/tcp', 'web']]));
    memory.failed('web', 1, failure());
    const again = make(JSON.parse(JSON.stringify(memory.save())) as MemoryData);
    expect(again.image('web')).toEqual(image('one'));
    expect(again.claim('80/tcp')).toBe('web');
    expect(again.claim('81/tcp')).toBeUndefined();
    expect(again.attempts('web')).toEqual([]);
    expect(again.runningSince('any')).toBe(7);
    expect(again.restartingSince('any')).toBe(8);
  });

  it('knows an image that is lost for another one than any that is wanted', () => {
    memory.rememberImage('web', image('one'));
    memory.imageIsLost('web');
    expect(memory.image('web')).toEqual({ reference: '', id: '', settings: '', pulledAt: 0 });
  });

  describe('of what failed', () => {
    it('doubles the pause from try to try, for each subject by itself', () => {
      const pauses = [1, 2, 3].map(() => {
        memory.failed('web', 1, failure());
        return memory.attempt('web', 1)!.retryAt - clock.now();
      });
      expect(pauses).toEqual([750, 1500, 3000]);
      memory.failed('web', 'image', failure());
      expect(memory.attempt('web', 'image')).toMatchObject({ failures: 1, reason: 'start-failed', error: 'no' });
      expect(memory.attempts('web').map(([subject]) => subject)).toEqual([1, 'image']);
      expect(memory.attempt('db', 1)).toBeUndefined();
    });

    it('begins anew with a new generation, with a success, and once the app is as it should be', () => {
      memory.failed('web', 1, failure(1));
      memory.failed('web', 1, failure(2));
      expect(memory.attempt('web', 1)).toMatchObject({ failures: 1, generation: 2 });
      memory.failed('web', 2, failure(2));
      memory.succeeded('web', 1);
      expect(memory.attempts('web').map(([subject]) => subject)).toEqual([2]);
      memory.succeeded('web', 2);
      memory.succeeded('web', 3);
      expect(memory.attempts('web')).toEqual([]);
      memory.failed('web', 1, failure());
      memory.settled('web');
      expect(memory.attempts('web')).toEqual([]);
    });

    it('forgets what failed for the Engine was away, when it is back, and nothing else', () => {
      memory.failed('web', 1, { ...failure(), reason: 'engine-away' });
      memory.failed('web', 2, failure());
      memory.failed('db', 1, { ...failure(), reason: 'engine-away' });
      memory.engineIsBack();
      expect(memory.attempts('web').map(([subject]) => subject)).toEqual([2]);
      expect(memory.attempts('db')).toEqual([]);
    });
  });

  it('knows what is being fetched', () => {
    memory.setFetching('web', 3);
    expect([memory.fetching('web'), memory.fetching('db')]).toEqual([3, undefined]);
    memory.setFetching('web', undefined);
    expect(memory.fetching('web')).toBeUndefined();
  });

  it('spreads replacing at random, once for each generation, and not at all where nothing says so', () => {
    expect(memory.releaseAt('web', 1)).toBe(0);
    memory = make(undefined, 60_000);
    const draws = [0.1, 0.9];
    clock.chance = () => draws.shift() ?? 0;
    const begin = clock.now();
    expect(memory.releaseAt('web', 1) - begin).toBe(6000);
    expect(memory.releaseAt('web', 1) - begin).toBe(6000);
    expect(memory.releaseAt('web', 2) - begin).toBe(54_000);
  });

  describe('of its own containers', () => {
    const one = (id: string, origin: string): OwnedContainer => ({ id, origin }) as OwnedContainer;
    const known = (): unknown[] => [memory.isOwn('a'), memory.isOwn('b'), memory.knowsOrigin('x')];

    it('takes what it made, and what is its own, and tells only of what is new', () => {
      expect(known()).toEqual([false, false, false]);
      memory.haveMade([one('a', 'x')]);
      memory.rememberOwn({ own: [one('a', 'x')], copies: [] });
      expect([known(), changes]).toEqual([[true, false, true], 1]);
      memory.rememberOwn({ own: [one('a', 'x'), one('b', 'y')], copies: [] });
      memory.rememberOwn({ own: [one('a', 'x'), one('b', 'y')], copies: [] });
      expect([known(), changes]).toEqual([[true, true, true], 2]);
    });

    it('knows what is gone as long as a copy of it is there', () => {
      memory.haveMade([one('a', 'x')]);
      memory.rememberOwn({ own: [], copies: [one('b', 'x')] });
      expect([known(), changes]).toEqual([[true, false, true], 1]);
      memory.rememberOwn({ own: [], copies: [] });
      expect([known(), changes]).toEqual([[false, false, false], 2]);
    });

    it('is the same after it was saved and read; an older file has none', () => {
      memory.haveMade([one('a', 'x')]);
      const { own, ...older } = JSON.parse(JSON.stringify(memory.save())) as MemoryData;
      memory = make({ ...older, own });
      expect(known()).toEqual([true, false, true]);
      memory = make(older);
      expect(known()).toEqual([false, false, false]);
    });
  });

  it('does not grow with apps that come and go', () => {
    memory = make(undefined, 60_000);
    for (let i = 0; i < 1000; i++) {
      memory.rememberImage(`app-${i}`, image('one'));
      memory.failed(`app-${i}`, 1, failure());
      memory.releaseAt(`app-${i}`, 1);
      memory.rememberOwn({ own: [{ id: `${i}`, origin: `${i}` } as OwnedContainer], copies: [] });
      memory.knowsOrigin('any');
      memory.retain(new Set([`app-${i}`, 'kept']));
    }
    expect(Object.keys(memory.save().images)).toEqual(['app-999']);
    const kept = Object.entries(memory as object).map(([name, value]) => [name, (value as Map<string, unknown>).size]);
    expect(kept.filter(([, size]) => (size as number) > 1)).toEqual([]);
  });
});
