import {
  all,
  eventually,
  eventuallyTrue,
  everyKind,
  type Fleet,
  furnish,
  NEVER_MS,
  scenario,
  throughout,
} from './fleet';

/** Resolves when every host says this, or nothing, of its store. */
async function everyHostSays(fleet: Fleet, code: 'other-store' | 'older-store' | undefined): Promise<void> {
  await eventually(`every host says ${code ?? 'that its store is well'}`, async () => {
    const hosts = await fleet.person.hosts();
    return fleet.hosts.flatMap(({ id }) => {
      const problems = hosts.find((host) => host.id === id)?.problems.map((problem) => problem.code);
      const told = problems?.filter((problem) => problem.endsWith('-store')).join();
      return problems && told === (code ?? '') ? [] : [`${id} says ${problems?.join() ?? 'nothing at all'}`];
    });
  });
}

scenario('an emptied store removes nothing, and every host says so', { selections: everyKind }, async (fleet) => {
  await furnish(fleet);
  fleet.guardAll('what an empty store knows nothing of');
  const before = await fleet.restartOn();
  await everyHostSays(fleet, 'other-store');
  await fleet.restartOn(before);
  await everyHostSays(fleet, undefined);
  await fleet.settles();
});

scenario('another store changes nothing, whatever it says', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  fleet.guardAll('what another store speaks of');
  const before = await fleet.restartOn();
  fleet.emptyBus();
  await eventuallyTrue('the wrong store is followed', async () => (await person.store()).followed === 'yes');
  await person.create({ name: 'web', image: 'web:2', env: { WRONG: 'yes' } });
  for (const WRONG of ['1', '2', '3']) await person.patch('web', { env: { WRONG } });
  await person.remove('web');
  await person.createGroup('edge', []);
  await everyHostSays(fleet, 'other-store');
  fleet.assertUntouched();
  await fleet.restartOn(before);
  fleet.emptyBus();
  await everyHostSays(fleet, undefined);
  await fleet.settles();
  fleet.releaseAll();
  await person.patch('web', { env: { RIGHT: 'yes' } });
  await fleet.settles();
});

scenario(
  'a host that lost its file with its store keeps what it cannot know',
  { selections: [all()] },
  async (fleet) => {
    const { person } = fleet;
    const host = fleet.host(1);
    await person.create({ name: 'web', image: 'web:1' });
    await person.create({ name: 'db', image: 'db:1' });
    await fleet.settles();
    fleet.guardAll('containers of a lost store');
    await host.stop();
    host.loseFile();
    await fleet.restartOn();
    fleet.emptyBus();
    await eventuallyTrue('its store is followed', async () => (await person.store()).followed === 'yes');
    await person.create({ name: 'web', image: 'web:2' });
    await person.create({ name: 'cache', image: 'cache:1' });
    await host.start();
    await eventuallyTrue('what clashes with them fails with that reason', async () => {
      const status = await person.status('web');
      return status?.failures[0]?.reason === 'other-store' && status.rollout.failed === 1;
    });
    await eventuallyTrue('what does not clash runs', () => host.containers('cache').length === 1);
    expect(host.containers().map(({ name }) => name)).toEqual(['cache-1', 'db-1', 'web-1']);
  },
);

scenario('a store restored from an older copy removes nothing', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  const copy = await fleet.copyStore();
  await person.patch('web', { env: { LEVEL: 'newer' } });
  await person.restart('db');
  await fleet.settles();
  fleet.guardAll('what an older store knows less of');
  await fleet.restartOn(copy);
  await everyHostSays(fleet, 'older-store');
  fleet.assertUntouched();
  // With more changes than it lost, its word is the newest again.
  fleet.releaseAll();
  for (const LEVEL of ['1', '2']) await person.patch('web', { env: { LEVEL } });
  for (const LEVEL of ['1', '2']) await person.patch('db', { env: { LEVEL } });
  await fleet.settles();
  await everyHostSays(fleet, undefined);
});

const noDigests = { digestMs: NEVER_MS, selections: everyKind };

scenario(
  'what was stored but not published is published after a crash',
  { ...noDigests, unkind: false },
  async (fleet) => {
    const { person } = fleet;
    await furnish(fleet);
    fleet.control.cutOff();
    await person.patch('web', { env: { LEVEL: 'b' } });
    await person.remove('db');
    await person.create({ name: 'cache', image: 'cache:1' });
    await person.list('edge', ['web', 'cache']);
    await throughout(100, 'nothing is published', () => fleet.host(2).containers('db').length === 1);
    await fleet.restartControl();
    await fleet.settles();
  },
);

/** Changes that no host hears of, published for all that; then the api starts anew, so that it remembers none of it. */
async function unheard(fleet: Fleet, changes: () => Promise<unknown>): Promise<void> {
  fleet.bus.setChaos({ seed: 0, loss: 1 });
  await changes();
  await eventuallyTrue('all is published', async () => {
    const { apps, groups } = fleet.control;
    return (await Promise.all([apps.unpublished(1), groups.unpublished(1)])).flat().length === 0;
  });
  await fleet.restartControl();
  fleet.bus.setChaos(undefined);
}

scenario('changes that no host heard of are found by digests', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  await unheard(fleet, async () => {
    await person.create({ name: 'cache', image: 'cache:1' });
    await person.patch('web', { env: { LEVEL: 'b' } });
    await person.list('edge', ['web', 'cache']);
  });
  await fleet.settles();
});

scenario('a deletion that no host heard of is found by digests', { selections: everyKind }, async (fleet) => {
  await furnish(fleet);
  fleet.guardAll('an app that nobody deleted', 'web');
  await unheard(fleet, () => fleet.person.remove('db'));
  await fleet.settles();
});

scenario("a group's deletion that no host heard of is found by digests", { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  fleet.guardAll('what a deleted group leaves running');
  await unheard(fleet, () => person.removeGroupOf('host-3', 'edge'));
  const problems = async () => (await person.host('host-3'))?.problems ?? [];
  await eventuallyTrue('the host says so', async () => (await problems()).some(({ code }) => code === 'unknown-group'));
});
