import { all, eventuallyTrue, group, names, scenario } from './fleet';

scenario('a host that joins late has everything, and nothing that was deleted', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.create({ name: 'db', image: 'db:1' });
  await person.create({ name: 'cache', image: 'cache:1' });
  await person.patch('web', { env: { LEVEL: 'b' } });
  await person.remove('cache');
  const late = await fleet.add(all());
  await fleet.settles();
  expect(late.containers().map(({ name }) => name)).toEqual(['db-1', 'web-1']);
});

scenario('a host that was away takes only the last of what it missed', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.create({ name: 'db', image: 'db:1' });
  await person.create({ name: 'cache', image: 'cache:1' });
  await fleet.settles();
  const [cut, dead, stopped] = [fleet.host(1), fleet.host(2), fleet.host(3)];
  cut.cutOff();
  dead.kill();
  await stopped.stop();
  const made = fleet.hosts.map(({ machine }) => machine.runtime.journal.count('create'));
  for (const LEVEL of ['1', '2', '3', '4']) await person.patch('web', { env: { LEVEL } });
  await person.remove('cache');
  fleet.guardAll('an app that nobody changed meanwhile', 'db');
  cut.comeBack();
  await Promise.all([dead.start(), stopped.start()]);
  await fleet.settles();
  expect(fleet.hosts.map(({ machine }) => machine.runtime.journal.count('create'))).toEqual(made.map((n) => n + 1));
});

const mixed = [names('web', 'db'), names('db'), group('edge'), group('edge', 'cache'), all()];

scenario('hosts on a list, on a group, on both and on everything', { selections: mixed }, async (fleet) => {
  const { person } = fleet;
  const running = () =>
    fleet.hosts.map((host) =>
      host
        .containers()
        .map(({ owner }) => owner.app)
        .join(),
    );
  for (const name of ['web', 'db', 'cache']) await person.create({ name, image: `${name}:1` });
  await fleet.settles();
  expect(running()).toEqual(['db,web', 'db', '', 'cache', 'cache,db,web']);
  await person.createGroup('edge', ['web']);
  await fleet.settles();
  expect(running()).toEqual(['db,web', 'db', 'web', 'cache,web', 'cache,db,web']);
  await person.list('edge', ['db', 'cache']);
  await fleet.settles();
  expect(running()).toEqual(['db,web', 'db', 'cache,db', 'cache,db', 'cache,db,web']);
  await person.list('edge', []);
  await fleet.settles();
  expect(running()).toEqual(['db,web', 'db', '', 'cache', 'cache,db,web']);
});

scenario('a worker that is started with another list lets go of what it no longer names', {}, async (fleet) => {
  const { person } = fleet;
  for (const name of ['web', 'db']) await person.create({ name, image: `${name}:1` });
  await person.createGroup('edge', ['db']);
  await fleet.settles();
  const selections = [names('web'), group('edge'), names()];
  await Promise.all(
    fleet.hosts.map(async (host, index) => {
      await host.stop();
      host.selection = selections[index]!;
      await host.start();
    }),
  );
  await fleet.settles();
  expect(fleet.hosts.map((host) => host.containers().map(({ name }) => name))).toEqual([['web-1'], ['db-1'], []]);
});

const two = [group('east'), group('west'), group('west')];

scenario('two groups with an app in common', { selections: two }, async (fleet) => {
  const { person } = fleet;
  for (const name of ['web', 'db', 'cache']) await person.create({ name, image: `${name}:1` });
  await person.createGroup('east', ['web', 'db']);
  await person.createGroup('west', ['web', 'cache']);
  await fleet.settles();
  await person.patch('web', { env: { LEVEL: 'b' } });
  await fleet.settles();
  await Promise.all([person.list('east', ['db']), person.patch('web', { env: { LEVEL: 'c' } })]);
  await fleet.settles();
  expect(fleet.host(1).containers('web')).toEqual([]);
  expect(fleet.host(2).containers('web')).toMatchObject([{ env: { LEVEL: 'c' } }]);
  await person.list('east', ['web', 'db']);
  await fleet.settles();
});

const grouped = [group('edge'), all()];

scenario('a host of a deleted group keeps what runs and says so', { selections: grouped }, async (fleet) => {
  const { person } = fleet;
  const member = fleet.host(1);
  await person.create({ name: 'web', image: 'web:1' });
  await person.createGroup('edge', ['web']);
  await fleet.settles();
  fleet.guardAll('what a deleted group leaves running');
  member.cutOff();
  await person.removeGroupOf(member.id, 'edge');
  member.comeBack();
  const says = (code: string) => async () =>
    (await person.host(member.id))?.problems.some((problem) => problem.code === code) ?? false;
  await eventuallyTrue('it says that its group is unknown', says('unknown-group'));
  expect(member.containers()).toMatchObject([{ name: 'web-1', state: 'running' }]);

  await person.createGroup('edge', ['web']);
  await fleet.settles();
  await eventuallyTrue('it has nothing to say any more', async () => !(await says('unknown-group')()));
  fleet.assertUntouched();
  fleet.releaseAll();
  await person.list('edge', []);
  await fleet.settles();
  expect(member.containers()).toEqual([]);
});
