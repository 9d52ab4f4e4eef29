import { GROUP, IMAGES } from '../fleet/fleet-options';
import { PATIENCE, WatchedFleet } from './fleet-watch';
import { eventually } from './support/eventually';

jest.setTimeout(180_000);

const WORKERS = 8;
let watched: WatchedFleet;

beforeAll(async () => {
  watched = await WatchedFleet.start({ hosts: 1 });
});

afterAll(async () => {
  await watched?.stop();
});

interface Outcome {
  /** Neither an answer with 2xx nor one at all. */
  failed: boolean;
  /** When it was sent and when it ended. */
  from: number;
  until: number;
}

/** Changes an app and reads it by turns, as fast as answers come, until it is told to end. */
function load(name: string): { end: () => Promise<Outcome[]>; accepted: () => number } {
  let going = true;
  const outcomes: Outcome[] = [];
  let accepted = 0;
  const params = { path: { name } };
  const work = async (): Promise<void> => {
    for (let round = 0; going; round += 1) {
      const from = performance.now();
      const isChange = round % 2 === 0;
      const asked = isChange
        ? watched.client.PATCH('/api/v3/apps/{name}', { params, body: { env: { ROUND: String(from) } } })
        : watched.client.GET('/api/v3/apps/{name}', { params });
      const failed = await asked.then(
        ({ response }) => !response.ok,
        () => true,
      );
      if (isChange && !failed) accepted += 1;
      outcomes.push({ failed, from, until: performance.now() });
    }
  };
  const all = Array.from({ length: WORKERS }, work);
  const end = async (): Promise<Outcome[]> => {
    going = false;
    await Promise.all(all);
    return outcomes;
  };
  return { end, accepted: () => accepted };
}

describe('an api replica that ends under load', () => {
  beforeAll(async () => {
    await watched.apps.create({ name: 'busy', image: IMAGES[0], running: false });
    await watched.list(GROUP, 'busy');
  });

  test.each(['kill', 'stop'] as const)('by %s costs no request beyond those in flight', async (how) => {
    const [replica] = watched.fleet.apis;
    if (!replica) throw new Error('this fleet has no api');
    const before = (await watched.apps.get('busy')).generation;
    const { end, accepted } = load('busy');
    await eventually(() => accepted() > 50, PATIENCE);
    const at = performance.now();
    await replica[how]();
    // A kernel that ends a killed process accepts connections until it closes its socket, a few milliseconds later.
    const gone = performance.now();
    const ended = accepted();
    await eventually(() => accepted() > ended + 50, PATIENCE);
    await replica.start();
    const started = accepted();
    await eventually(() => accepted() > started + 50, PATIENCE);
    const outcomes = await end();
    const failed = outcomes.filter((outcome) => outcome.failed);
    // In flight when it ended; one that is stopped finishes what it has.
    expect(failed.filter(({ from, until }) => from > gone || until < at)).toEqual([]);
    expect(failed.length).toBeLessThanOrEqual(how === 'kill' ? WORKERS : 0);
    const { generation } = await watched.apps.get('busy');
    expect(generation - before).toBeGreaterThanOrEqual(accepted());
    expect(generation - before).toBeLessThanOrEqual(accepted() + failed.length);
  });
});
