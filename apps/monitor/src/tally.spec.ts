import { Logger } from '@nestjs/common';
import { Tally } from './tally';

describe('a tally', () => {
  const logger = new Logger('test');
  let lines: string[];
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    jest.spyOn(logger, 'warn').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => jest.useRealTimers());

  it('counts by reason, and logs the first at once and then sums, once a minute at most', () => {
    const tally = new Tally(logger, 'Reports not kept');
    for (let n = 0; n < 100; n++) tally.count(n % 10 === 0 ? 'malformed' : 'foreign', `number ${n}`);
    expect(tally.counts).toEqual({ malformed: 10, foreign: 90 });
    expect(lines).toEqual(['Reports not kept: 1 malformed; the last one: number 0']);

    jest.advanceTimersByTime(59_000);
    tally.count('foreign', 'too early');
    expect(lines).toHaveLength(1);

    jest.advanceTimersByTime(1_001);
    tally.count('foreign', 'in time');
    expect(lines[1]).toBe('Reports not kept: 92 foreign, 9 malformed; the last one: in time');
  });
});
