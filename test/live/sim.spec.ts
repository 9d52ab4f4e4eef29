import { objectionsTo } from '../fleet/sim/objections';
import { DEFAULTS } from '../fleet/sim/sim-options';
import { simulate } from '../fleet/sim/simulation';
import { checkBuild } from './program';

jest.setTimeout(300_000);

const HOSTS = 500;

describe('a push to five hundred hosts', () => {
  beforeAll(checkBuild);

  it('must cost the api as many publishes, and as much memory, as one to five', async () => {
    const figures = await simulate({
      ...DEFAULTS,
      hosts: HOSTS,
      changes: 3,
      mongoUrl: process.env.NEBULA_TEST_MONGO,
      troubles: false,
      awaitsStatus: false,
    });
    expect(figures.changes.hosts).toBe(HOSTS);
    expect(figures.changes.publishesPerChange).toBe(1);
    expect(figures.changes.cost.hosts.questions).toBe(0);
    expect(objectionsTo(figures)).toEqual([]);
  });
});
