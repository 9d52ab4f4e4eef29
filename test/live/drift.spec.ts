import { EngineEvents } from './engine-events';
import { idsOf, look, nameOf, namesOf, namesTo, runs, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { afterSweeps } from './rest';
import { rawEngine, steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(60_000);
const APP = 'live-drift';
const PORT = 22_100;
/** Two seconds are promised on a machine that has nothing else to do. */
const WITHIN_MS = 10_000;

let nebula: Nebula;
let events: EngineEvents;
let network: string;
let undisturbed: string;
const times: string[] = [];

beforeAll(async () => {
  // A sweep would hide that an event was missed.
  nebula = await Nebula.start('drift', { settings: { SWEEP_INTERVAL_SECONDS: '3600', REPORT_INTERVAL_SECONDS: '1' } });
  network = `${nebula.installation}-net`;
  events = await EngineEvents.watch(rawEngine(nebula), `nebula.installation=${nebula.installation}`);
  await nebula.apps.create({
    name: APP,
    image: await steadyImage(nebula),
    containersPer: { host: 2 },
    ports: [{ host: PORT, container: 80 }],
    networks: [network],
    resources: { cpus: 0.5, memoryMiB: 32 },
  });
  undisturbed = idsOf(await look(nebula, APP))[1] ?? '';
});

afterAll(async () => {
  events.end();
  process.stdout.write(`\n  put right after, ms: ${times.join(', ')}\n\n`);
  await removeAll(nebula);
});

/** Does something to the first container by hand, and waits until all is again as its owner wants it. */
async function disturb(what: string, args: string[], isRight: (first: Seen) => boolean): Promise<Seen> {
  const since = performance.now();
  await nebula.docker.run(args);
  let seen: Seen[] = [];
  const allRight = async (): Promise<boolean> => {
    seen = await look(nebula, APP);
    const named = String(namesOf(seen)) === String(namesTo(APP, 2));
    return named && seen.every(runs) && isRight(seen[0] as Seen);
  };
  await eventually(allRight, { within: WITHIN_MS });
  times.push(`${what} ${(performance.now() - since).toFixed(0)}`);
  expect(idsOf(seen)[1]).toBe(undisturbed);
  return seen[0] as Seen;
}

const firstId = async (): Promise<string> => idsOf(await look(nebula, APP))[0] ?? '';
const networksOf = (seen: Seen): string[] => Object.keys(seen.NetworkSettings.Networks);

describe('what was done to a container by hand is put right by the same container, where that can be', () => {
  test.each([
    ['stopped', ['stop', `${APP}-1`]],
    ['killed', ['kill', `${APP}-1`]],
    ['paused', ['pause', `${APP}-1`]],
    ['restarted', ['restart', `${APP}-1`]],
    ['renamed', ['rename', `${APP}-1`, 'live-elsewhere']],
  ])('%s', async (what, args) => {
    const id = await firstId();
    const seen = await disturb(what, args, (first) => first.Id === id && nameOf(first) === `${APP}-1`);
    expect(seen.Id).toBe(id);
  });

  test('taken off its network', async () => {
    const id = await firstId();
    const args = ['network', 'disconnect', network, `${APP}-1`];
    await disturb('disconnected', args, (first) => first.Id === id && networksOf(first).includes(network));
  });
});

describe('what cannot be put right is replaced', () => {
  test.each([
    ['removed', ['rm', '--force', `${APP}-1`]],
    ['given more memory', ['update', '--memory', '64m', '--memory-swap', '128m', `${APP}-1`]],
    ['given another share of the CPU', ['update', '--cpus', '0.25', `${APP}-1`]],
    ['given CPU shares that nobody asked for', ['update', '--cpu-shares', '512', `${APP}-1`]],
    ['given another restart policy', ['update', '--restart', 'no', `${APP}-1`]],
  ])('%s', async (what, args) => {
    const id = await firstId();
    const seen = await disturb(what, args, (first) => first.Id !== id);
    expect(seen.HostConfig).toMatchObject({
      NanoCpus: 5e8,
      Memory: 32 * 2 ** 20,
      RestartPolicy: { Name: 'unless-stopped' },
    });
    expect(seen.HostConfig.CpuShares ?? 0).toBe(0);
  });
});

describe('a network that was removed is made again, and the containers are on it', () => {
  const expectOnNetwork = async (): Promise<void> => {
    const id = await nebula.docker.run(['network', 'inspect', '--format', '{{.Id}}', network]);
    const seen = await look(nebula, APP);
    expect(namesOf(seen)).toEqual(namesTo(APP, 2));
    expect(seen.every(runs)).toBe(true);
    expect(seen.map(({ NetworkSettings }) => NetworkSettings.Networks[network]?.NetworkID)).toEqual([id, id]);
  };

  test('while its app was stopped', async () => {
    await nebula.apps.order(APP, 'stop');
    await nebula.docker.run(['network', 'rm', network]);
    await nebula.apps.order(APP, 'start');
    await expectOnNetwork();
  });

  test('while the program was away', async () => {
    await nebula.kill9();
    await nebula.docker.run(['stop', ...namesTo(APP, 2)]);
    await nebula.docker.run(['network', 'rm', network]);
    await nebula.start();
    await eventually(expectOnNetwork, { within: WITHIN_MS });
  });
});

test('comparing replaces nothing that nobody changed', async () => {
  const since = Date.now();
  const before = await look(nebula, APP);
  // Everything is looked at when the program starts; at rest, fields.spec does.
  await nebula.restart();
  await afterSweeps(nebula);
  expect(idsOf(await look(nebula, APP))).toEqual(idsOf(before));
  expect(events.said(since)).toEqual([]);
});
