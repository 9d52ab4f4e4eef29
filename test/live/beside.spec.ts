import { EngineEvents } from './engine-events';
import { look } from './look';
import { Nebula, removeAll } from './nebula';
import { afterSweeps } from './rest';
import { rawEngine, steadyImage } from './steady';

jest.setTimeout(60_000);
const SETTINGS = { REPORT_INTERVAL_SECONDS: '1', SWEEP_INTERVAL_SECONDS: '1' };
const PORT = 22_400;

let running: Nebula;
let other: Nebula;

beforeAll(async () => void (running = await Nebula.start('running', { settings: SETTINGS })));
afterAll(() => removeAll(running, other));

/** All that an installation has on the Engine, as far as somebody else could disturb it. */
async function everything(): Promise<unknown> {
  const { docker, installation } = running;
  const label = ['--filter', `label=nebula.installation=${installation}`];
  const containers = (await look(running)).map(({ Id, Name, State, RestartCount, NetworkSettings }) => {
    return { Id, Name, State, RestartCount, networks: NetworkSettings.Networks };
  });
  const volumes = await docker.run(['volume', 'ls', '--quiet', '--filter', `name=^${installation}-`]);
  const networks = await docker.run(['network', 'ls', '--quiet', '--no-trunc', ...label]);
  const documents = await Promise.all(['live-here', 'live-there'].map((name) => running.apps.get(name)));
  return { containers, volumes, networks, documents };
}

test('an installation that runs does not notice another one that is started, used, killed and ended', async () => {
  const image = await steadyImage(running);
  const network = `${running.installation}-net`;
  const volumes = [`${running.installation}-kept:/kept`];
  await running.apps.create({ name: 'live-here', image, containersPer: { host: 2 }, ports: [PORT] });
  await running.apps.create({ name: 'live-there', image, networks: ['nebula', network], volumes });
  const before = await everything();
  const events = await EngineEvents.watch(rawEngine(running), `nebula.installation=${running.installation}`);
  const since = Date.now();

  other = await Nebula.start('other', { settings: SETTINGS });
  const theirs = await steadyImage(other);
  await other.apps.create({ name: 'live-others', image: theirs, containersPer: { host: 2 }, ports: [PORT + 10] });
  // The same names, network, port: every one of them is the running installation's.
  await other.apps.create({ name: 'live-here', image: theirs, containersPer: { host: 3 }, ports: [PORT] });
  await other.apps.create({ name: 'live-guest', image: theirs, networks: [network], volumes });
  await other.apps.patch('live-others', { env: { CHANGED: 'yes' } });
  await other.restart('SIGKILL');
  await other.apps.order('live-others', 'restart');
  for (const name of ['live-others', 'live-here', 'live-guest']) await other.apps.delete(name);
  await afterSweeps(other);
  await other.term();
  await other.remove();
  await afterSweeps(running);

  expect(await everything()).toEqual(before);
  expect(events.said(since)).toEqual([]);
  expect((await running.apps.host()).problems).toEqual([]);
  events.end();
});
