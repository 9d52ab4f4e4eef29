import { sinceTime } from './docker-events';

describe('the moment that events are asked from', () => {
  it('is told to the nanosecond', () => {
    expect(sinceTime('2023-11-14T22:13:20.123456789Z')).toEqual({ since: '1700000000.123456789' });
    expect(sinceTime('2023-11-14T23:13:20.5+01:00')).toEqual({ since: '1700000000.500000000' });
    expect(sinceTime('2023-11-14T22:13:20Z')).toEqual({ since: '1700000000.000000000' });
  });

  it('is left out when the Engine told none', () => {
    expect(sinceTime('')).toEqual({});
    expect(sinceTime('soon')).toEqual({});
  });
});
