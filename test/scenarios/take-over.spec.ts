import { eventually, eventuallyTrue, everyKind, type Fleet, furnish, names, scenario } from './fleet';

/** Resolves when every host follows the api's store, and has nothing to say of stores. */
async function everyHostFollows(fleet: Fleet): Promise<void> {
  await eventually('every host follows the store', async () => {
    const { identity } = await fleet.person.store();
    const hosts = await fleet.person.hosts();
    return fleet.hosts.flatMap(({ id }) => {
      const row = hosts.find((host) => host.id === id);
      const told = row?.problems.filter(({ code }) => code.endsWith('-store')).map(({ detail }) => detail);
      return row?.store === identity && told?.length === 0 ? [] : [`${id} follows ${row?.store}: ${told?.join()}`];
    });
  });
}

const refused = (call: Promise<unknown>) => expect(call).rejects.toThrow(/503.*other-store/);

scenario('an api on another store changes nothing and says so', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  fleet.guardAll('what another store does not know');
  const { identity: former } = await person.store();
  const before = await fleet.restartOn();
  await refused(person.create({ name: 'web', image: 'web:2' }));
  await refused(person.createGroup('edge', []));
  expect(await person.store()).toMatchObject({ followed: 'other', holder: former });
  await fleet.add(names('web'));
  await eventuallyTrue('hosts say so', async () =>
    (await person.hosts()).some(({ problems }) => problems.some(({ code }) => code === 'other-store')),
  );
  expect(fleet.host(4).containers()).toEqual([]);
  await fleet.restartOn(before);
  expect(await person.store()).toEqual({ identity: former, followed: 'yes' });
  await fleet.settles();
});

scenario('an emptied store that takes over is all that counts', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  const before = await fleet.restartOn();
  const { identity } = await person.takeOver();
  expect(identity).toMatch(/^[0-9a-f-]{36}~\d+$/);
  await everyHostFollows(fleet);
  await eventually('nothing of the former store is left', async () =>
    fleet.hosts.flatMap((host) => host.containers().map(({ name }) => `${host.id} has ${name}`)),
  );
  await furnish(fleet);
  await fleet.restartOn(before);
  await refused(person.patch('web', { env: { FORMER: 'yes' } }));
});

scenario(
  'a restored store that takes over restarts nothing whose settings are the same',
  { selections: everyKind },
  async (fleet) => {
    const { person } = fleet;
    await furnish(fleet);
    await person.create({ name: 'cache', image: 'cache:1' });
    const copy = await fleet.copyStore();
    await person.restart('db');
    await person.pull('db');
    await person.patch('web', { env: { LEVEL: 'newer' } });
    await person.remove('cache');
    await person.create({ name: 'late', image: 'web:1' });
    await fleet.settles();
    fleet.guardAll('what the restored store wants as it is', 'db');
    await fleet.restartOn(copy);
    await person.takeOver();
    await everyHostFollows(fleet);
    await fleet.settles();
    fleet.releaseAll();
    // It counts on from where it was restored: as far as the former one had counted, which is no reason to stand still.
    await person.restart('db');
    const restarted = fleet.hosts.map((host) => host.containers('db').map(({ id }) => id));
    await fleet.settles();
    await eventuallyTrue('db is new everywhere', () =>
      fleet.hosts.every((host, n) => host.containers('db').every(({ id }) => !restarted[n]?.includes(id))),
    );
    await fleet.settles();
  },
);

scenario('hosts that were away follow a store that took over meanwhile', { selections: everyKind }, async (fleet) => {
  const { person } = fleet;
  await furnish(fleet);
  const copy = await fleet.copyStore();
  await person.patch('web', { env: { LEVEL: 'newer' } });
  await fleet.settles();
  fleet.guardAll('what stays as it is', 'db');
  await fleet.host(1).stop();
  await fleet.host(2).stop();
  fleet.host(2).loseFile();
  fleet.host(3).cutOff();
  await fleet.restartOn(copy);
  await person.takeOver();
  await person.patch('web', { env: { LEVEL: 'after' } });
  await fleet.host(1).start();
  await fleet.host(2).start();
  fleet.host(3).comeBack();
  await everyHostFollows(fleet);
  await fleet.settles();
});
