import type { AppStatus } from './apps';
import { EngineEvents, type EngineEvent } from './engine-events';
import { idsOf, look, namesOf, runs } from './look';
import { Nebula, removeAll } from './nebula';
import { DEAF, rawEngine, shell, steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);

let nebula: Nebula;
let events: EngineEvents;
let image: string;

beforeAll(async () => {
  nebula = await Nebula.start('exits', { settings: { REPORT_INTERVAL_SECONDS: '1' } });
  image = await steadyImage(nebula);
  events = await EngineEvents.watch(rawEngine(nebula), `nebula.installation=${nebula.installation}`);
});

afterAll(async () => {
  events.end();
  await removeAll(nebula);
});

const of = (app: string, action: string): EngineEvent[] =>
  events.since(0, app).filter((event) => event.action === action);

/** The one group of failures of an app, of this reason. */
async function failure(app: string, reason: string): Promise<AppStatus['failures'][0]['examples'][0]> {
  const { rollout, failures } = await nebula.apps.status(app);
  expect(rollout).toMatchObject({ hosts: 1, failed: 1 });
  expect(failures).toMatchObject([{ reason, hosts: 1, examples: [{}] }]);
  return failures[0]!.examples[0]!;
}

const heals = (app: string): Promise<unknown> =>
  eventually(async () => (await nebula.apps.status(app)).rollout.converged === 1, { within: 30_000 });

describe('a container that ends at once', () => {
  const lines = 'i=1; while [ $i -le 30 ]; do echo "line $i of $TRY"; i=$((i+1)); done; exit 3';

  test('is started again at longer and longer times, and its last lines are in the status', async () => {
    const app = { name: 'live-exits', image, command: shell(lines), env: { TRY: 'one' }, containersPer: { host: 2 } };
    const { rollout } = await nebula.apps.create(app);
    expect(rollout).toMatchObject({ failed: 1 });
    await eventually(async () => {
      const { error, log } = await failure('live-exits', 'restarting');
      return Boolean(error?.includes('exit code 3') && log?.includes('line 30 of one'));
    });
    const { log, container } = await failure('live-exits', 'restarting');
    expect(container).toMatch(/^live-exits-[12]$/);
    expect(log?.split('\n').length).toBeLessThanOrEqual(21);
    expect(log).not.toContain('line 9 ');
    const starts = (): number[] =>
      of('live-exits', 'start')
        .filter(({ name }) => name === 'live-exits-1')
        .map(({ at }) => at);
    // Far enough for the Engine's doubling pause to outgrow what a start costs on a busy machine.
    await eventually(() => starts().length >= 7, { within: 60_000 });
    const [first, second, ...later] = starts() as [number, number, ...number[]];
    expect(later.at(-1)! - later.at(-2)!).toBeGreaterThan(2 * (second - first));
    // It is the same containers all the time: none is made anew in the hope of better luck.
    expect(of('live-exits', 'create')).toHaveLength(2);
  });

  test('is given up for what its owner changes it to', async () => {
    await nebula.apps.patch('live-exits', { command: null });
    await heals('live-exits');
    expect((await look(nebula, 'live-exits')).every(runs)).toBe(true);
    await nebula.apps.delete('live-exits');
  });
});

test('a program that does not exist is tried at longer and longer times, and named in the status', async () => {
  await nebula.apps.create({ name: 'live-none', image, command: ['/no/such/program'] });
  await eventually(async () => {
    const { error, until } = await failure('live-none', 'start-failed');
    expect(error).toContain('/no/such/program');
    return Date.parse(until ?? '') - Date.now() > 2000;
  });
  await nebula.apps.delete('live-none');
  expect(namesOf(await look(nebula, 'live-none'))).toEqual([]);
});

test('a container that is not healthy is told with the words of its check, and left to recover', async () => {
  const test = ['CMD-SHELL', 'cat /tmp/well || { echo no good; exit 1; }'];
  const healthCheck = { test, intervalSeconds: 1, timeoutSeconds: 5, retries: 1 };
  const { rollout } = await nebula.apps.create({ name: 'live-ill', image, healthCheck, tmpfs: ['/tmp'] });
  expect(rollout).toMatchObject({ failed: 1 });
  const { error } = await failure('live-ill', 'unhealthy');
  expect(error).toContain('no good');
  const before = await look(nebula, 'live-ill');
  await nebula.docker.run(['exec', 'live-ill-1', 'touch', '/tmp/well']);
  await heals('live-ill');
  expect(idsOf(await look(nebula, 'live-ill'))).toEqual(idsOf(before));
  await nebula.apps.delete('live-ill');
});

describe('the way to stop', () => {
  const ends = (app: string): number[] => of(app, 'die').map(({ exitCode }) => exitCode ?? -1);
  const OWN_WAY = shell('trap "" TERM; trap "exit 7" USR1; sleep 1d & while :; do wait; done');

  test('kills what does not hear, after its time of grace and not before', async () => {
    await nebula.apps.create({ name: 'live-deaf', image, command: DEAF, stop: { graceSeconds: 2 } });
    await nebula.apps.delete('live-deaf');
    expect(namesOf(await look(nebula, 'live-deaf'))).toEqual([]);
    const [asked] = of('live-deaf', 'kill');
    const [died] = of('live-deaf', 'die');
    expect(died?.exitCode).toBe(137);
    expect(died!.at - asked!.at).toBeGreaterThan(1900);
  });

  test('uses the signal of the app', async () => {
    const stop = { signal: 'SIGUSR1', graceSeconds: 30 };
    await nebula.apps.create({ name: 'live-usr', image, command: OWN_WAY, stop });
    await nebula.apps.delete('live-usr');
    expect(ends('live-usr')).toEqual([7]);
  });

  test('is what Docker itself goes by after a change of it, and ends the containers of before', async () => {
    await nebula.apps.create({ name: 'live-later', image, command: OWN_WAY, stop: { graceSeconds: 5 } });
    const before = await look(nebula, 'live-later');
    await nebula.apps.patch('live-later', { stop: { signal: 'USR1', graceSeconds: 40 } });
    const after = await look(nebula, 'live-later');
    expect(idsOf(after)).not.toEqual(idsOf(before));
    expect(after.map(({ Config }) => Config)).toMatchObject([{ StopSignal: 'USR1', StopTimeout: 40 }]);
    expect(ends('live-later')).toEqual([7]);
    await nebula.docker.run(['stop', ...idsOf(after)]);
    expect(ends('live-later')).toEqual([7, 7]);
    await nebula.apps.delete('live-later');
  });
});
