import { all, eventually, eventuallyTrue, type Fleet, group, names, NEVER_MS, scenario } from './fleet';

/** Measured in real time, so that a kind bus alone can keep it. */
const MEASURED = { unkind: false } as const;

async function timed<T>(call: Promise<T>): Promise<{ ms: number; answer: T }> {
  const since = performance.now();
  const answer = await call;
  return { ms: performance.now() - since, answer };
}

const LONGEST_S = 20;
const LONG_MS = 10_000;

scenario(
  'a change that waits is answered when every host has it',
  { ...MEASURED, digestMs: NEVER_MS },
  async (fleet) => {
    const { person } = fleet;
    const made = await timed(person.create({ name: 'web', image: 'web:1' }, LONGEST_S));
    expect(made.answer.rollout).toMatchObject({ hosts: 3, converged: 3 });
    expect(fleet.hosts.map((host) => host.containers().length)).toEqual([1, 1, 1]);
    const changed = await timed(person.patch('web', { env: { LEVEL: 'b' } }, LONGEST_S));
    expect(changed.answer).toMatchObject({ generation: 2, rollout: { hosts: 3, converged: 3 } });
    const stopped = await timed(person.stop('web', LONGEST_S));
    expect(stopped.answer.rollout).toMatchObject({ hosts: 3, converged: 3 });
    const gone = await timed(person.remove('web', LONGEST_S));
    expect(gone.answer.rollout).toMatchObject({ hosts: 3, converged: 3 });
    expect(fleet.hosts.flatMap((host) => host.containers())).toEqual([]);
    for (const { ms } of [made, changed, stopped, gone]) expect(ms).toBeLessThan(LONG_MS);
  },
);

scenario('a change that waits is answered on unkind buses too', {}, async (fleet) => {
  const { answer, ms } = await timed(fleet.person.create({ name: 'web', image: 'web:1' }, LONGEST_S));
  const { hosts, converging } = answer.rollout!;
  expect([hosts, converging]).toEqual([3, 0]);
  expect(ms).toBeLessThan(LONG_MS);
  await fleet.settles();
});

scenario('a change that waits does not wait for what is not there', MEASURED, async (fleet) => {
  const { person } = fleet;
  const silent = fleet.host(3);
  silent.cutOff();
  await eventuallyTrue('the host is silent', async () => (await person.host(silent.id))?.silent === true);
  const { answer, ms } = await timed(person.create({ name: 'web', image: 'web:1' }, LONGEST_S));
  expect(answer.rollout).toMatchObject({ hosts: 3, converged: 2, silent: 1 });
  expect(ms).toBeLessThan(LONG_MS);
});

scenario(
  'a change that no host is concerned by is answered at once, with what to do about it',
  { ...MEASURED, selections: [names('db')] },
  async (fleet) => {
    const { person } = fleet;
    const { answer, ms } = await timed(person.create({ name: 'web', image: 'web:1' }, LONGEST_S));
    const none = { hosts: 0, converged: 0, converging: 0, waiting: 0, failed: 0, silent: 0 };
    expect(answer.rollout).toEqual({ ...none, hint: expect.stringContaining('APP_NAME=web') });
    const made = await timed(person.createGroup('edge', ['web'], LONGEST_S));
    expect(made.answer.rollout).toMatchObject({ hosts: 0 });
    expect(Math.max(ms, made.ms)).toBeLessThan(1_000);
  },
);

scenario('a change that makes an app crash is answered as failed, with its last words', MEASURED, async (fleet) => {
  const { person } = fleet;
  fleet.registry.push('web:broken', { exitAfterMs: 20, exitCode: 3, log: 'no such file: /etc/web.conf' });
  await person.create({ name: 'web', image: 'web:1' }, LONGEST_S);
  const { answer, ms } = await timed(person.patch('web', { image: 'web:broken' }, LONGEST_S));
  expect(answer.rollout).toMatchObject({ hosts: 3, failed: 3 });
  expect(ms).toBeLessThan(LONG_MS);
  await eventually('the status tells why', async () => {
    const [failure] = (await person.status('web'))?.failures ?? [];
    const told = failure?.examples.every(
      ({ log, error }) => log?.includes('/etc/web.conf') && error?.includes('code 3'),
    );
    return failure?.reason === 'restarting' && failure.hosts === 3 && told ? [] : [JSON.stringify(failure)];
  });
  const missing = await timed(person.patch('web', { image: 'web:missing' }, LONGEST_S));
  expect(missing.answer.rollout).toMatchObject({ hosts: 3, failed: 3 });
  // What cannot be pulled takes nothing down.
  expect(fleet.hosts.map((host) => host.containers('web').map(({ image }) => image))).toEqual(
    fleet.hosts.map(() => ['web:broken']),
  );
});

const members = [group('edge'), group('edge'), all()];

scenario('a change of a group waits for all its apps', { ...MEASURED, selections: members }, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.create({ name: 'db', image: 'db:1' });
  await fleet.settles();
  const made = await timed(person.createGroup('edge', ['web', 'db'], LONGEST_S));
  expect(made.answer.rollout).toMatchObject({ hosts: 2, converged: 2 });
  // Nothing but an answer that waited for both finds them so.
  for (const name of ['web', 'db'])
    expect((await person.status(name))?.rollout).toMatchObject({ hosts: 3, converged: 3 });
  const running = () => fleet.hosts.slice(0, 2).map((host) => host.containers().map(({ name }) => name));
  expect(running()).toEqual([
    ['db-1', 'web-1'],
    ['db-1', 'web-1'],
  ]);
  const fewer = await timed(person.list('edge', ['web'], LONGEST_S));
  expect(fewer.answer.rollout).toMatchObject({ hosts: 2, converged: 2 });
  expect(running()).toEqual([['web-1'], ['web-1']]);
  for (const { ms } of [made, fewer]) expect(ms).toBeLessThan(LONG_MS);
});

/** Asks for the status all the time; every answer's counts must sum, and be of as many hosts as should have the app. */
async function watchedCounts(fleet: Fleet, hosts: number, meanwhile: () => Promise<void>): Promise<void> {
  let over = false;
  const watch = async (): Promise<number> => {
    for (let looks = 0; ; looks++) {
      if (over) return looks;
      const status = await fleet.person.status('web');
      if (status) expect(status.rollout.hosts).toBe(hosts);
    }
  };
  const watching = watch();
  await meanwhile().finally(() => (over = true));
  expect(await watching).toBeGreaterThan(5);
}

const some = [all(), names('web', 'db'), group('edge', 'web'), names('db')];

scenario('counts are always of the hosts that should have the app', { selections: some }, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await watchedCounts(fleet, 3, async () => {
    await fleet.settles();
    await person.patch('web', { image: 'web:missing' });
    await person.stop('web');
    await fleet.settles();
    fleet.host(2).kill();
    await person.patch('web', { image: 'web:2' });
    await person.start('web');
    await fleet.host(2).start();
    await fleet.settles();
  });
});

scenario(
  'a host that is silent is shown with its age, and forgotten when told to, until it is back',
  {},
  async (fleet) => {
    const { person } = fleet;
    await person.create({ name: 'web', image: 'web:1' });
    await fleet.settles();
    const gone = fleet.host(2);
    fleet.guardAll('what a silence of the bus does not concern');
    gone.cutOff();
    await eventually('it is silent for a second', async () => {
      const { silent, ageSeconds } = (await person.host(gone.id))!;
      const { rollout } = (await person.status('web'))!;
      return silent && ageSeconds >= 1 && rollout.silent === 1 && rollout.hosts === 3 ? [] : [JSON.stringify(rollout)];
    });
    // A report that was still under way makes it known again.
    await eventuallyTrue('it is forgotten', async () => {
      await person.forgetHost(gone.id).catch(() => undefined);
      return (await person.host(gone.id)) === undefined;
    });
    expect((await person.status('web'))?.rollout).toMatchObject({ hosts: 2 });
    gone.comeBack();
    await fleet.known();
    await fleet.settles();
  },
);
