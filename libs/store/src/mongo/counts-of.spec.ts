import { countsOf } from './counts-of';

describe('counts that were taken one after the other', () => {
  it('must be what they are when nothing moved, the rest of the hosts converging', () => {
    expect(countsOf({ hosts: 10, converged: 3, waiting: 2, failed: 1, silent: 1 })).toEqual({
      ...{ hosts: 10, converged: 3, converging: 3, waiting: 2, failed: 1, silent: 1 },
    });
  });

  it('must count a host that is in two of them once, as what is worse', () => {
    expect(countsOf({ hosts: 1, converged: 1, waiting: 0, failed: 1, silent: 0 })).toMatchObject({
      ...{ hosts: 1, converged: 0, failed: 1, converging: 0 },
    });
    expect(countsOf({ hosts: 2, converged: 2, waiting: 1, failed: 0, silent: 1 })).toMatchObject({
      ...{ hosts: 2, converged: 0, waiting: 1, silent: 1, converging: 0 },
    });
  });

  it('must have room for hosts that are shown as failed, though they came after the count of all', () => {
    expect(countsOf({ hosts: 1, converged: 1, waiting: 1, failed: 2, silent: 1 })).toEqual({
      ...{ hosts: 2, converged: 0, converging: 0, waiting: 0, failed: 2, silent: 0 },
    });
  });
});
