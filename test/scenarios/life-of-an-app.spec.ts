import { eventuallyTrue, type Fleet, NEVER_MS, scenario, throughout } from './fleet';

const idsOf = (fleet: Fleet, app: string): string[] =>
  fleet.hosts.flatMap((host) => host.containers(app).map(({ id }) => id));

/** The change, and what it leads to. @returns the ids before and after it */
async function changing(fleet: Fleet, app: string, change: () => Promise<unknown>): Promise<[string[], string[]]> {
  const before = idsOf(fleet, app);
  await change();
  await fleet.settles();
  return [before, idsOf(fleet, app)];
}

function expectNoneInCommon([before, after]: [string[], string[]]): void {
  expect(after).not.toHaveLength(0);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
}

scenario('what changes an app leads every host to the same end', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1', ports: [8000], env: { LEVEL: 'a' } });
  await person.create({ name: 'db', image: 'db:1' });
  await fleet.settles();
  fleet.guardAll('an app that nobody changes', 'db');

  const [one, four] = await changing(fleet, 'web', () => person.patch('web', { containersPer: { host: 4 } }));
  expect(four).toEqual(expect.arrayContaining(one));
  const [, two] = await changing(fleet, 'web', () => person.patch('web', { containersPer: { host: 2 } }));
  expect(four).toEqual(expect.arrayContaining(two));

  expectNoneInCommon(await changing(fleet, 'web', () => person.patch('web', { env: { LEVEL: 'b' } })));
  expectNoneInCommon(await changing(fleet, 'web', () => person.patch('web', { image: 'web:2' })));
  expectNoneInCommon(await changing(fleet, 'web', () => person.patch('web', { ports: [8001] })));
  expectNoneInCommon(await changing(fleet, 'web', () => person.restart('web')));
  expectNoneInCommon(await changing(fleet, 'web', () => person.patch('web', { stop: { graceSeconds: 40 } })));
});

scenario('what is written in another way changes nothing on any host', {}, async (fleet) => {
  const { person } = fleet;
  const extraHosts = ['mail:10.0.0.1', 'files:10.0.0.2', 'mail:fd00::1'];
  await person.create({ name: 'web', image: 'web:1', networks: ['a', 'b', 'c'], extraHosts, stop: { signal: 'INT' } });
  await fleet.settles();
  fleet.guardAll('an app whose settings mean the same');
  const again = { networks: ['a', 'c', 'b'], extraHosts: extraHosts.toSorted(), stop: { signal: 'SIGINT' } };
  const [before, after] = await changing(fleet, 'web', () => person.patch('web', again));
  expect(after).toEqual(before);
});

scenario('an app is published on one address, and found by its name', {}, async (fleet) => {
  const { person } = fleet;
  const ports = [{ host: 5432, container: 5432, hostIp: '127.0.0.1' }];
  await person.create({ name: 'db', image: 'db:1', ports });
  await person.create({ name: 'web', image: 'web:1', ports: [{ host: 5432, container: 80, hostIp: '10.0.0.1' }] });
  await fleet.settles();
  const aliases = fleet.hosts.flatMap((host) =>
    host.containers('db').map(({ id }) => host.machine.runtime.byHand.aliasesOn(id, 'nebula')),
  );
  expect(aliases).toEqual(fleet.hosts.map(() => ['db']));
  const rows = await person.containers('db');
  expect(rows.map((row) => row.ports)).toEqual(fleet.hosts.map(() => [{ ...ports[0], protocol: 'tcp' }]));
});

scenario('an app that is pulled, stopped, started and deleted', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 } });
  await fleet.settles();
  fleet.guardAll('what a pull of the same image must not replace');
  await changing(fleet, 'web', () => person.pull('web'));
  fleet.releaseAll();

  const newest = fleet.registry.push('web:1');
  expectNoneInCommon(await changing(fleet, 'web', () => person.pull('web')));
  const images = fleet.hosts.flatMap((host) => host.containers('web').map(({ imageId }) => imageId));
  expect(new Set(images)).toEqual(new Set([newest]));

  const [before, none] = await changing(fleet, 'web', () => person.stop('web'));
  expect(none).toEqual([]);
  const [, after] = await changing(fleet, 'web', () => person.start('web'));
  expectNoneInCommon([before, after]);

  await changing(fleet, 'web', () => person.remove('web'));
  await eventuallyTrue('its status ends with its containers', async () => !(await person.status('web')));
});

scenario('a name that is deleted and created again at once is another app', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 }, ports: [8000] });
  await fleet.settles();
  const old = idsOf(fleet, 'web');
  for (const LEVEL of ['1', '2', '3']) {
    await person.remove('web');
    await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 }, ports: [8000], env: { LEVEL } });
  }
  // The same settings as the first life's: only its birth tells it apart.
  await person.remove('web');
  await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 }, ports: [8000] });
  await fleet.settles();
  expectNoneInCommon([old, idsOf(fleet, 'web')]);
  const { bornAt = 0 } = (await fleet.control.apps.newest('web')) ?? {};
  for (const { owner } of fleet.hosts.flatMap((host) => host.containers('web'))) {
    expect(owner.generation).toBeGreaterThanOrEqual(bornAt);
  }
});

// No message is lost, and no digest told: what puts old messages right is that they are old.
const overtaking = { digestMs: NEVER_MS, unkind: { duplicate: 0.2, delayMs: 100, reorder: 0.7 } };

scenario(
  'of changes in quick succession the last one holds, in whatever order they come',
  overtaking,
  async (fleet) => {
    const { person } = fleet;
    await person.create({ name: 'web', image: 'web:1' });
    await person.create({ name: 'db', image: 'db:1' });
    const variables = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
    await Promise.all(variables.map((name) => person.patch('web', { env: { [name]: 'set' } })));
    await person.restart('db');
    await person.remove('db');
    await fleet.settles();
    // As long as the latest of the late ones takes.
    const counts = () =>
      fleet.hosts.map((host) =>
        host
          .containers()
          .map(({ env }) => Object.keys(env).length)
          .join(),
      );
    await throughout(150, 'the last one holds', () => counts().every((count) => count === '8'));
    await fleet.settles();
  },
);

scenario('changes of different fields, made at once, all take effect on every host', {}, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await Promise.all([
    person.patch('web', { env: { LEVEL: 'b' } }),
    person.patch('web', { containersPer: { host: 3 } }),
    person.patch('web', { image: 'web:2' }),
    person.patch('web', { ports: [8000] }),
  ]);
  await fleet.settles();
  const [container] = fleet.host(1).containers('web');
  expect(container).toMatchObject({ image: 'web:2', env: { LEVEL: 'b' }, hostPorts: [8000] });
  expect(fleet.host(1).containers('web')).toHaveLength(3);
});
