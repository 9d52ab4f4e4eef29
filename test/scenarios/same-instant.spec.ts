import { setImmediate as turn } from 'node:timers/promises';
import { AppsService } from '../../apps/api/src/apps/apps.service';
import { DeviceGroupsService } from '../../apps/api/src/device-groups/device-groups.service';
import { eventually, type Fleet, group, NEVER_MS, scenario } from './fleet';

/** Of 200, side by side on hosts of their own. */
const HOSTS = 4;
const ROUNDS = 50;

const request = { actor: 'scenario', gone: new AbortController().signal };

/** Two changes, the second so many turns of the event loop after the first began, whatever became of that. */
async function together(first: () => Promise<unknown>, second: () => Promise<unknown>, turns: number): Promise<void> {
  const begun = first();
  for (let passed = 0; passed < turns; passed++) await turn();
  await Promise.all([begun, second()]);
}

/**
 * A group of one host gains an app, and then loses it, each time in the instant in which the app changes. Each time it is
 * another app: one that it had before, its host has already.
 */
async function gainAndLose(fleet: Fleet, n: number): Promise<void> {
  const [apps, groups] = [fleet.control.part(AppsService), fleet.control.part(DeviceGroupsService)];
  const [list, host] = [`group-${n}`, fleet.host(n)];
  const running = () =>
    host
      .containers()
      .map(({ env, name }) => `${name} ${env.LEVEL}`)
      .join();
  const comesTo = (what: string) =>
    eventually(`${host.id} runs what it should`, () => (running() === what ? [] : [`"${running()}", not "${what}"`]));
  await groups.create({ name: list, apps: [] }, request);
  for (let round = 0; round < ROUNDS; round++) {
    const app = `app-${n}-${round}`;
    const listing = (names: string[]) => () => groups.patch(list, { apps: names }, request);
    const changing = (LEVEL: string) => () => apps.patch(app, { env: { LEVEL } }, request);
    const both = round % 2 === 0 ? together : inReverse(together);
    const turns = Math.floor(round / 2) % 8;
    await apps.create({ name: app, image: 'web:1' }, request);
    await both(listing([app]), changing('gained'), turns);
    await comesTo(`${app}-1 gained`);
    await both(listing([]), changing('lost'), turns);
    await comesTo('');
    await apps.remove(app, request);
  }
}

const inReverse =
  (call: typeof together): typeof together =>
  (second, first, turns) =>
    call(first, second, turns);

scenario(
  'a group gains an app in the same instant as the app changes: no host ends on the old generation',
  {
    selections: Array.from({ length: HOSTS }, (_, index) => group(`group-${index + 1}`)),
    // Nothing may put it right afterwards: neither digests, nor a message that is sent again because one was lost.
    digestMs: NEVER_MS,
    unkind: { duplicate: 0.2, delayMs: 5, reorder: 0.3 },
  },
  async (fleet) => {
    await Promise.all(fleet.hosts.map((_, index) => gainAndLose(fleet, index + 1)));
    await fleet.settles();
  },
);
