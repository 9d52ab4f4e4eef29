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

/** A group of one host gains an app and loses it again, each time in the instant in which the app changes. */
async function gainAndLose(fleet: Fleet, n: number): Promise<void> {
  const [apps, groups] = [fleet.control.part(AppsService), fleet.control.part(DeviceGroupsService)];
  const [app, list, host] = [`app-${n}`, `group-${n}`, fleet.host(n)];
  const listing = (names: string[]) => () => groups.patch(list, { apps: names }, request);
  const changing = (ROUND: string) => () => apps.patch(app, { env: { ROUND } }, request);
  const running = () =>
    host
      .containers(app)
      .map(({ env, name }) => `${name} of round ${env.ROUND}`)
      .join();
  const comesTo = (what: string) =>
    eventually(`${host.id} runs what it should`, () => (running() === what ? [] : [`"${running()}", not "${what}"`]));
  await apps.create({ name: app, image: 'web:1' }, request);
  await groups.create({ name: list, apps: [] }, request);
  for (let round = 0; round < ROUNDS; round++) {
    const [gain, change, lose, end] = [listing([app]), changing(`${round}`), listing([]), changing(`${round}, lost`)];
    const turns = Math.floor(round / 2) % 8;
    await (round % 2 === 0 ? together(gain, change, turns) : together(change, gain, turns));
    await comesTo(`${app}-1 of round ${round}`);
    await (round % 2 === 0 ? together(lose, end, turns) : together(end, lose, turns));
    await comesTo('');
  }
}

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
