import { InProcessBus, InProcessControlBus } from '@nebula/bus/in-process';
import { StoreIdentity } from '@nebula/store';
import { Logger } from '@nestjs/common';
import { StoreClaim } from './store-claim';

class KeptIdentity extends StoreIdentity {
  constructor(public kept: string) {
    super();
  }
  async id(): Promise<string> {
    return this.kept;
  }
  async replace(before: string, next: string): Promise<boolean> {
    if (this.kept !== before) return false;
    this.kept = next;
    return true;
  }
  async check(): Promise<void> {}
}

describe("a replica's claim that its store is the one that counts", () => {
  const bus = new InProcessBus();
  const store = new KeptIdentity('one');
  const claimOf = (identity: StoreIdentity) => new StoreClaim(new InProcessControlBus(bus), identity);
  let claim: StoreClaim;

  beforeEach(() => {
    Logger.overrideLogger(false);
    bus.up();
    bus.down();
    bus.up({ empty: true });
    store.kept = 'one';
    claim = claimOf(store);
  });
  afterAll(() => bus.close());

  it('must hold for all replicas of the first store, and for no other', async () => {
    await claim.requireHeld();
    await claimOf(store).requireHeld();
    const wrong = claimOf(new KeptIdentity('two'));
    await expect(wrong.requireHeld()).rejects.toMatchObject({ kind: 'unavailable', code: 'other-store' });
    expect(await wrong.following()).toEqual({ identity: 'two', holder: 'one' });
  });

  it('must not hold any more once the store turns out to be another', async () => {
    await claim.requireHeld();
    store.kept = 'emptied';
    await expect(claim.requireHeld()).rejects.toMatchObject({ code: 'other-store' });
  });

  it('must be nobody to a bus that is away, which is no reason to refuse', async () => {
    const late = claimOf(new KeptIdentity('three'));
    bus.down();
    await late.requireHeld();
    expect(await late.following()).toEqual({ identity: 'three', holder: undefined });
  });

  it('must not be taken for held by a program that starts, before the bus could tell', async () => {
    await claim.requireHeld();
    bus.down();
    const wrong = claimOf(new KeptIdentity('two'));
    wrong.onApplicationBootstrap();
    const asked = wrong.requireHeld();
    asked.catch(() => undefined);
    await new Promise(setImmediate);
    bus.up();
    await expect(asked).rejects.toMatchObject({ code: 'other-store' });
    await wrong.beforeApplicationShutdown();
  });

  it('must not be waited for without end when the bus is away at the start', async () => {
    jest.useFakeTimers();
    bus.down();
    claim.onApplicationBootstrap();
    const asked = claim.requireHeld();
    await jest.advanceTimersByTimeAsync(5_000);
    await asked;
    jest.useRealTimers();
    await claim.beforeApplicationShutdown();
  });

  it('must be taken over by who is told to, whatever the clock says, and be lost to who held it', async () => {
    await claim.requireHeld();
    const other = new KeptIdentity('two');
    const next = claimOf(other);
    expect(await next.takeOver(1)).toEqual({ identity: 'two~1', holder: 'two~1' });
    await next.requireHeld();
    const again = claimOf(store);
    await expect(again.requireHeld()).rejects.toMatchObject({ code: 'other-store' });
    expect((await again.takeOver(1)).holder).toBe('one~2');
    await expect(claimOf(other).requireHeld()).rejects.toMatchObject({ code: 'other-store' });
  });

  it('must be told to the bus later when that is away at the take-over', async () => {
    await claim.requireHeld();
    const next = claimOf(new KeptIdentity('two'));
    bus.down();
    expect(await next.takeOver(7)).toEqual({ identity: 'two~7', holder: undefined });
    bus.up();
    expect(await next.following()).toEqual({ identity: 'two~7', holder: 'two~7' });
  });
});
