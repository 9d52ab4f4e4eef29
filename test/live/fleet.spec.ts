import { GROUP, IMAGES } from '../fleet/fleet-options';
import type { FleetHost } from '../fleet/fleet-host';
import { given, PATIENCE, WatchedFleet } from './fleet-watch';
import { envOf } from './look';
import { eventually } from './support/eventually';

jest.setTimeout(180_000);

const [ONE, TWO] = IMAGES;
let watched: WatchedFleet;

beforeAll(async () => {
  watched = await WatchedFleet.start({ registry: true });
});

afterAll(async () => {
  await watched?.stop();
});

const hosts = () => watched.fleet.hosts;
const everywhere = (count: number) => hosts().map(() => count);

async function whileAway(host: FleetHost, work: () => Promise<void>): Promise<void> {
  await host.cut();
  try {
    await work();
  } finally {
    await host.mend();
  }
}

const untilSilent = (host: FleetHost) =>
  eventually(async () => (await watched.fleet.hostIds())[hosts().indexOf(host)] === undefined, PATIENCE);

async function images(app: string): Promise<string[]> {
  const seen = await Promise.all(hosts().map((host) => watched.seen(host, app)));
  return seen.flat().map(({ Config }) => Config.Image);
}

describe('a fleet', () => {
  test('runs a new app on every host of the group, by Docker’s own word and by the status', async () => {
    await watched.apps.create({ name: 'web', image: ONE, ports: [{ host: 8080, container: 80 }] });
    const rollout = await watched.list(GROUP, 'web');
    expect(rollout).toEqual({ hosts: 3, converged: 3, converging: 0, waiting: 0, failed: 0, silent: 0 });
    expect(await watched.running('web')).toEqual(everywhere(1));
    for (const { address } of hosts()) {
      expect(await (await fetch(`http://${address}:8080`)).text()).toBe(`${ONE}\n`);
    }
    const status = await watched.apps.status('web');
    expect(status.rollout).toMatchObject({ hosts: 3, converged: 3 });
    const rows = await watched.apps.containers('web');
    expect(new Set(rows.map(({ host }) => host))).toEqual(new Set(await watched.fleet.hostIds()));
  });

  test('takes changes of an app to every host: its settings, its image, its count', async () => {
    await watched.apps.patch('web', { env: { LEVEL: 'debug' }, image: TWO });
    expect(await images('web')).toEqual(everywhere(1).map(() => TWO));
    for (const host of hosts()) {
      const [seen] = await watched.seen(host, 'web');
      expect(seen && envOf(seen)).toContain('LEVEL=debug');
    }
    const before = await watched.ids('web');
    await watched.apps.patch('web', { containersPer: { host: 3 } });
    expect(await watched.running('web')).toEqual(everywhere(3));
    expect(await watched.ids('web')).toEqual(expect.arrayContaining(before));
    await watched.apps.patch('web', { containersPer: null });
    expect(await watched.ids('web')).toEqual(before);
  });

  test('restarts, stops, starts and deletes an app on every host', async () => {
    const before = await watched.ids('web');
    await watched.apps.order('web', 'restart');
    const after = await watched.ids('web');
    expect(after).toHaveLength(3);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    await watched.apps.order('web', 'stop');
    expect(await watched.ids('web')).toEqual([]);
    await watched.apps.order('web', 'start');
    expect(await watched.running('web')).toEqual(everywhere(1));
    await watched.apps.delete('web');
    expect(await watched.ids('web')).toEqual([]);
  });

  test('brings a host that joins late up to date, and the others do not notice', async () => {
    await watched.apps.create({ name: 'web', image: ONE });
    const before = await watched.ids('web');
    expect(before).toHaveLength(3);
    const late = await watched.fleet.addHost();
    await watched.untilRunning('web', [1], [late]);
    expect(await watched.ids('web', hosts().slice(0, 3))).toEqual(before);
    await eventually(async () => (await watched.apps.status('web')).rollout.converged === 4, PATIENCE);
    await watched.fleet.removeHost(late);
  });

  test('counts a host that left as silent, and brings it up to date when it is back, restarting nothing else', async () => {
    await watched.apps.create({ name: 'steady', image: ONE });
    await watched.list(GROUP, 'web', 'steady');
    const [away] = hosts() as [FleetHost];
    const steady = await watched.ids('steady');
    await whileAway(away, async () => {
      await untilSilent(away);
      const { rollout } = await watched.apps.patch('web', { image: TWO });
      // The host that joined late is silent as well.
      expect(rollout).toMatchObject({ hosts: 4, converged: 2, silent: 2 });
      expect((await images('web')).sort()).toEqual([ONE, TWO, TWO]);
    });
    await eventually(async () => (await images('web')).every((image) => image === TWO), PATIENCE);
    await eventually(async () => (await watched.apps.status('web')).rollout.converged === 3, PATIENCE);
    expect(await watched.ids('steady')).toEqual(steady);
  });

  test('keeps groups apart, and changes an app of both on all of their hosts', async () => {
    await watched.apps.accepted.create({ name: 'other', image: ONE });
    const host = await watched.fleet.addHost({ settings: { DEVICE_GROUP: 'others' } });
    await watched.list('others', 'steady', 'other');
    await watched.untilRunning('steady', [1, 1, 1, 1]);
    await watched.untilRunning('other', [0, 0, 0, 1]);
    await watched.untilRunning('web', [1, 1, 1, 0]);
    await watched.apps.patch('steady', { image: TWO });
    expect(await images('steady')).toEqual([TWO, TWO, TWO, TWO]);
    await watched.list('others', 'other');
    await watched.untilRunning('steady', [1, 1, 1, 0]);
    await watched.fleet.removeHost(host);
  });

  test('runs on a host with a list those apps, also those that nobody has made yet', async () => {
    const listed = await watched.fleet.addHost({ settings: { APP_NAME: 'web,later' } });
    await watched.untilRunning('web', [1, 1, 1, 1]);
    await watched.untilRunning('steady', [1, 1, 1, 0]);
    await watched.apps.create({ name: 'later', image: ONE });
    await watched.untilRunning('later', [0, 0, 0, 1]);
    await watched.fleet.removeHost(listed);
  });

  test('pulls from a private registry with the login that the workers have, and says where they have none', async () => {
    const { registry } = watched.fleet;
    if (!registry) throw new Error('this fleet has no registry');
    const image = registry.image('private:1');
    const [first] = hosts() as [FleetHost];
    await first.docker.run(['tag', ONE, image]);
    await first.docker.withLogins(registry.logins).run(['push', image]);
    await first.docker.run(['rmi', image]);
    const unknown = await watched.fleet.addHost({ settings: { APP_NAME: 'private', REGISTRIES: '[]' } });
    await watched.apps.accepted.create({ name: 'private', image });
    await watched.list(GROUP, 'web', 'steady', 'private');
    await watched.untilRunning('private', [1, 1, 1, 0]);
    await eventually(async () => (await watched.apps.status('private')).rollout.failed === 1, PATIENCE);
    const { failures } = await watched.apps.status('private');
    expect(failures).toHaveLength(1);
    expect(JSON.stringify(failures)).toMatch(/auth|denied|login/i);
    expect(JSON.stringify(failures)).not.toContain(registry.password);
    await watched.fleet.removeHost(unknown);
  });
});

describe('?wait through the balancer', () => {
  const patch = (name: string, body: object, wait: number) =>
    watched.client.PATCH('/api/v3/apps/{name}', { params: { path: { name }, query: { wait } }, body });

  test('does not wait for a host that is silent, and for one that is away no longer than told', async () => {
    const [away] = hosts() as [FleetHost];
    // A host that was taken away before counts until it is silent: as failed, its Engine having ended before its worker.
    await eventually(async () => {
      const { converged, converging, failed } = (await watched.apps.status('web')).rollout;
      return converged === hosts().length && converging + failed === 0;
    }, PATIENCE);
    await whileAway(away, async () => {
      const since = performance.now();
      const { rollout } = given(await patch('web', { env: { ROUND: '1' } }, 8));
      expect(performance.now() - since).toBeGreaterThan(7900);
      expect(rollout).toMatchObject({ converged: 2, converging: 1 });
      // Silence begins meanwhile.
      const answered = given(await patch('web', { env: { ROUND: '2' } }, 60));
      expect(performance.now() - since).toBeLessThan(55_000);
      expect(answered.rollout).toMatchObject({ converged: 2, converging: 0 });
    });
    await eventually(async () => (await watched.apps.status('web')).rollout.converged === 3, PATIENCE);
  });

  test('answers that all have failed when containers end at once', async () => {
    const crashing = { name: 'crashing', image: ONE, command: ['sh', '-c', 'exit 3'] };
    await watched.apps.accepted.create(crashing);
    const since = performance.now();
    const rollout = await watched.list(GROUP, 'web', 'steady', 'crashing');
    expect(performance.now() - since).toBeLessThan(29_000);
    expect(rollout).toMatchObject({ converging: 0 });
    const known = given(await patch('crashing', { env: { ROUND: '2' } }, 30));
    expect(known.rollout).toMatchObject({ failed: 3, converged: 0, converging: 0 });
    await watched.list(GROUP, 'web', 'steady');
    await watched.apps.delete('crashing');
  });

  test('comes to its end though the monitor is restarted meanwhile', async () => {
    const { monitor } = watched.fleet;
    await monitor.kill();
    const change = patch('web', { env: { ROUND: '3' } }, 50);
    await monitor.start();
    expect(given(await change).rollout).toMatchObject({ converged: 3, converging: 0, failed: 0 });
  });

  test('hears on whichever replica it asked', async () => {
    for (const api of watched.fleet.access.apis) {
      const { PATCH } = watched.clientOf(api);
      const params = { path: { name: 'web' }, query: { wait: 30 } };
      const answer = given(await PATCH('/api/v3/apps/{name}', { params, body: { env: { ASKED: api } } }));
      expect(answer.rollout).toMatchObject({ converged: 3, converging: 0 });
    }
  });
});
