import { all, eventually, eventuallyTrue, Fleet, scenario, throughout } from './fleet';

const problemsOf = async (fleet: Fleet, id: string): Promise<string[]> =>
  ((await fleet.person.host(id))?.problems ?? []).map(({ code }) => code);

const one = [all()];

scenario(
  'a second worker on an Engine stands aside, says so, and takes over from a dead one',
  { selections: one },
  async (fleet) => {
    const { person } = fleet;
    const first = fleet.host(1);
    await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 } });
    await fleet.settles();
    fleet.guardAll('what a second worker must leave alone');
    const second = await fleet.add(all(), 'second', first.machine);
    await eventuallyTrue('it says so', async () => (await problemsOf(fleet, second.id)).includes('second-worker'));
    expect(await problemsOf(fleet, first.id)).toEqual([]);
    await throughout(300, 'it stands aside', async () =>
      (await problemsOf(fleet, second.id)).includes('second-worker'),
    );
    fleet.assertUntouched();

    fleet.releaseAll();
    first.kill();
    const since = performance.now();
    first.machine.runtime.byHand.remove('web-1');
    await eventuallyTrue('it repairs what the dead one cannot', () => second.containers('web').length === 2);
    // Hosts' time goes by ten times faster: that is no more than the 2 s that it may take a real one.
    expect(performance.now() - since).toBeLessThan(2_000);
    await eventuallyTrue(
      'it has nothing to say any more',
      async () => (await problemsOf(fleet, second.id)).length === 0,
    );
    await person.forgetHost(first.id);
    await person.patch('web', { env: { LEVEL: 'b' } });
    await fleet.settles();
  },
);

scenario(
  'a second worker under the same name does not hide what the first one does',
  { selections: one },
  async (fleet) => {
    const { person } = fleet;
    const first = fleet.host(1);
    await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 } });
    await fleet.settles();
    fleet.guardAll('what a second worker must leave alone');
    const second = await fleet.add(all(), first.id, first.machine);
    await eventuallyTrue('it says so', async () => (await problemsOf(fleet, first.id)).includes('second-worker'));
    const rollout = async () => (await person.status('web'))?.rollout;
    await eventually('the app counts as what it is', async () => {
      const counts = await rollout();
      return counts?.hosts === 1 && counts.converged === 1 ? [] : [JSON.stringify(counts)];
    });
    fleet.assertUntouched();
    fleet.releaseAll();
    await person.patch('web', { env: { LEVEL: 'b' } });
    await eventually('a change is carried out once, and seen', async () => {
      const [counts, containers] = [await rollout(), first.containers('web')];
      const done = containers.length === 2 && containers.every(({ env }) => env.LEVEL === 'b');
      return done && counts?.converged === 1 ? [] : [JSON.stringify({ counts, containers })];
    });
    await second.stop();
    // Its word is the newest for a minute yet: what the first one does now is seen on the machine alone.
    await person.patch('web', { env: { LEVEL: 'c' } });
    await eventuallyTrue('the first one goes on', () => {
      const containers = first.containers('web');
      return containers.length === 2 && containers.every(({ env }) => env.LEVEL === 'c');
    });
  },
);

scenario('a worker that is killed again and again leaves nothing undone', { selections: one }, async (fleet) => {
  const { person } = fleet;
  const host = fleet.host(1);
  await person.create({ name: 'web', image: 'web:1', ports: [8000], containersPer: { host: 3 } });
  for (let round = 0; round < 6; round++) {
    const made = host.machine.runtime.journal.count('create');
    const change = person.patch('web', { env: { ROUND: String(round) }, ports: [8000 + round] });
    await eventuallyTrue('it has begun', () => host.machine.runtime.journal.count('create') > made);
    host.kill();
    if (round % 2 === 1) host.loseFile();
    await change;
    await host.start();
  }
  await fleet.settles();
  expect(host.containers().map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3']);
});

scenario(
  'two installations on one Engine: the first keeps its names, the other says why it cannot have them',
  { selections: one },
  async (fleet) => {
    const { person } = fleet;
    const host = fleet.host(1);
    await person.create({ name: 'web', image: 'web:1', ports: [8000] });
    await fleet.settles();
    fleet.guardAll("another installation's containers");
    const other = await Fleet.start({ installation: 'other', selections: [] });
    try {
      await other.add(all(), 'guest', host.machine);
      await other.person.create({ name: 'web', image: 'web:1' });
      await other.person.create({ name: 'shop', image: 'web:1', ports: [8000] });
      await other.person.create({ name: 'db', image: 'db:1' });
      const reasonOf = async (app: string) => (await other.person.status(app))?.failures[0]?.reason;
      await eventually('what clashes fails', async () => {
        const reasons = [await reasonOf('web'), await reasonOf('shop')];
        return reasons.join() === 'name-taken,port-taken' ? [] : [reasons.join()];
      });
      await eventuallyTrue(
        'what does not clash runs',
        async () => (await other.person.status('db'))?.rollout.converged === 1,
      );
      await other.person.remove('web');
      await other.person.remove('db');
      await eventuallyTrue('it removes its own alone', () => other.host(1).containers('db').length === 0);
      fleet.assertUntouched();
    } finally {
      await other.end();
    }
    await fleet.settles();
  },
);
