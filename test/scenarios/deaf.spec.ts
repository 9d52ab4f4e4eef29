import { eventually, eventuallyTrue, type Fleet, group, names, scenario } from './fleet';

const web = { name: 'web', image: 'web:1' };

const problemsOf = async (fleet: Fleet, host: string): Promise<string[]> => {
  const found = (await fleet.person.hosts()).find(({ id }) => id === host);
  return (found?.problems ?? []).map(({ code }) => code);
};

/** Nobody is deaf, and everything is as the api says. */
async function healed(fleet: Fleet): Promise<void> {
  await eventually('no host is deaf', async () => {
    const all = await Promise.all(fleet.hosts.map(async ({ id }) => [id, await problemsOf(fleet, id)] as const));
    return all.filter(([, problems]) => problems.includes('deaf')).map(([id]) => id);
  });
  await fleet.settles();
}

scenario('a host that hears nothing any more', {}, async (fleet) => {
  await fleet.person.create(web, 10);
  fleet.guardAll('a deaf host');
  await eventuallyTrue('it says that it is deaf, and does not count as converged', async () => {
    // Again with each look: a new connection would heal it before anybody looked.
    fleet.host(2).loseWay('desired', { bindingHelps: false });
    const [status, problems] = [await fleet.person.status('web'), await problemsOf(fleet, 'host-2')];
    const { converged = 0, converging = 0 } = status?.rollout ?? {};
    return problems.includes('deaf') && converged <= 2 && converging >= 1;
  });
  await healed(fleet);
  fleet.releaseAll();
  await fleet.person.patch('web', { env: { STEP: '2' } }, 10);
  await healed(fleet);
});

scenario('ways to every host that the broker lost, in the middle of changes', {}, async (fleet) => {
  await fleet.person.create(web, 10);
  await fleet.person.patch('web', { env: { STEP: '1' } });
  fleet.bus.loseWays('desired');
  await fleet.person.patch('web', { env: { STEP: '2' } });
  await eventuallyTrue('the api says that nobody hears it', async () => {
    // Again with each look: the next digest would say that it is heard before anybody looked.
    fleet.bus.loseWays('desired');
    return (await fleet.control.readiness()) === 503;
  });
  await healed(fleet);
  await eventuallyTrue('the api says that it is heard', async () => (await fleet.control.readiness()) === 200);
});

scenario('answers that do not reach a host that missed a change', {}, async (fleet) => {
  await fleet.person.create(web, 10);
  for (const bindingHelps of [true, false]) {
    fleet.host(1).loseWay('answers', { bindingHelps });
    fleet.host(1).loseWay('desired');
    await fleet.person.patch('web', { env: { HELPS: String(bindingHelps) } });
    await healed(fleet);
  }
});

scenario(
  'a way that one host alone lost, of a group or of an app that it lists',
  { selections: [group('edge'), names('web'), group('edge', 'web')] },
  async (fleet) => {
    await fleet.person.create(web);
    await fleet.person.createGroup('edge', ['web'], 10);
    fleet.hosts.forEach((host) => host.loseWay('desired'));
    await fleet.person.patch('web', { env: { STEP: '2' } });
    await healed(fleet);
  },
);
