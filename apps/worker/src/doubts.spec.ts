import { TestClock } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { Doubts } from './doubts';

describe('a doubt', () => {
  let clock: TestClock;
  let real: number;
  let doubts: Doubts;

  beforeEach(() => {
    clock = new TestClock();
    real = 0;
    doubts = new Doubts(clock, () => real++);
  });

  it('is told of when the difference stays', async () => {
    doubts.add(() => false);
    await clock.advance(299);
    expect(real).toBe(0);
    await clock.advance(1001);
    expect(real).toBe(1);
    await clock.advance(60_000);
    expect(real).toBe(1);
  });

  it('is nothing when what the digest spoke of comes a little later', async () => {
    let arrived = false;
    doubts.add(() => arrived);
    await clock.advance(200);
    arrived = true;
    await clock.advance(2000);
    expect(real).toBe(0);
  });

  it('is told of once, of very many at once, and again of later ones', async () => {
    for (let i = 0; i < 10_000; i++) doubts.add(() => i > 0);
    expect(clock.pending).toBe(1);
    await clock.advance(2000);
    expect(real).toBe(1);
    doubts.add(() => false);
    await clock.advance(2000);
    expect(real).toBe(2);
  });

  it('ends with its worker', async () => {
    doubts.add(() => false);
    doubts.stop();
    await clock.advance(2000);
    expect([real, clock.pending]).toEqual([0, 0]);
  });
});
