import { backOff, jittered } from './back-off';
import { TestClock } from './test-clock.arbitrary';

const pauses = (chance: number): number[] => {
  const clock = new TestClock();
  clock.chance = () => chance;
  return Array.from({ length: 100 }, (_, index) => backOff(index + 1, clock));
};

describe('the pause before the next try', () => {
  it('doubles from failure to failure, to a minute at the most', () => {
    const longest = pauses(0.999_999_999).map(Math.round);
    expect(longest.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(Math.max(...longest)).toBe(60_000);
  });

  it('is left to chance by half, so that hosts do not move in step', () => {
    expect(pauses(0).slice(0, 3)).toEqual([500, 1000, 2000]);
  });

  it('varies by a tenth where something is done again and again', () => {
    const clock = new TestClock();
    const at = (chance: number): number => {
      clock.chance = () => chance;
      return Math.round(jittered(1000, clock));
    };
    expect([at(0), at(0.5), at(1)]).toEqual([900, 1000, 1100]);
  });
});
