import { setTimeout as pause } from 'node:timers/promises';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../live/support/eventually';
import { appsOf } from '../apps';
import { type Fault, mustHold } from '../fault';
import { differencesOf } from '../expectations';
import { type Picture, takePicture } from '../pictures';
import type { Scene } from '../scene';
import { unneeded } from '../stillness';
import { strayApi } from './stray-api';

const SAID_WITHIN_MS = 60_000;
const REPORTS = 'nebula.reports';
const NO_EXCUSES = { killedHosts: new Set<string>(), workers: new Set<string>() };

/** Waits until the hosts are as accepted; before a fault of the store they have to be. */
async function atRest(scene: Scene): Promise<void> {
  await eventually(async () => differencesOf(await takePicture(scene.hosts), scene.record.wanted).length === 0, {
    within: 30_000,
    every: 200,
  });
}

/**
 * Every host keeps what it ran, for a while and until it says why.
 * @param before what it ran; apps that were being changed may still become others
 * @param codes of the problems by which it is said
 */
async function keepsAndSays(scene: Scene, before: Picture, codes: readonly string[]): Promise<void> {
  const saying = async () => {
    const hosts = await scene.client.hosts();
    const others = hosts.filter(({ problems }) => !problems.some(({ code }) => codes.includes(code)));
    return hosts.length >= scene.hosts.length && others.length === 0;
  };
  await pause(scene.pace.odd * 1000);
  const isSaid = await eventually(saying, { within: SAID_WITHIN_MS, every: 500 }).catch(() => false);
  const told = JSON.stringify(await scene.client.hosts());
  const excuses = { ...NO_EXCUSES, apps: scene.record.touchedSoFar };
  mustHold('every host keeps what it ran', unneeded(before, await takePicture(scene.hosts), excuses));
  mustHold(`every host says so (${codes})`, isSaid ? [] : [told]);
}

/** From now on the store's word counts: the record is what it says. */
async function takeOver(scene: Scene): Promise<void> {
  await scene.client.takeOver();
  const [apps, group] = [await scene.client.apps(), await scene.client.group()];
  scene.say(`  took over: ${apps.length} apps${group ? '' : ', no group'}`);
  for (const name of scene.record.names) {
    const [was, is] = [scene.record.app(name), apps.find((app) => app.name === name)];
    if (JSON.stringify(was) !== JSON.stringify(is)) scene.record.touch(name);
  }
  scene.record.begin(apps, group);
}

/** That a host was removed an emptied store knows no more, and believes its reports when they come again (docs/faults.md). */
async function forgetRemovedHosts({ fleet, tap }: Scene): Promise<void> {
  const ids = (await fleet.hostIds()).filter((id) => id !== undefined);
  tap.forget(({ exchange, content }) => exchange === REPORTS && !ids.some((id) => content.includes(id)));
}

const emptied: Fault = {
  name: 'database-emptied',
  oddStatus: true,
  seconds: 60,
  ofStore: true,
  prepare: atRest,
  async strike(scene) {
    scene.killed('database');
    const before = await takePicture(scene.hosts);
    await forgetRemovedHosts(scene);
    await scene.fleet.database?.wipe();
    await scene.fleet.database?.start();
    await keepsAndSays(scene, before, ['other-store', 'unknown-group']);
    const refused = await scene.client.ask('POST', '/api/v3/apps', { name: 'refused', image: 'none' });
    mustHold('a store that nobody follows takes no changes', refused?.status === 503 ? [] : [JSON.stringify(refused)]);
  },
  repair: takeOver,
  async tidy(scene) {
    const apps = appsOf(scene.registry);
    for (const app of apps) await scene.client.create(app);
    await scene.client.list(apps.map(({ name }) => name));
    await atRest(scene);
  },
};

const restored: Fault = {
  name: 'database-restored',
  seconds: 60,
  ofStore: true,
  async prepare(scene) {
    await atRest(scene);
    const [data, copy] = folders(scene);
    scene.killed('database');
    await scene.fleet.database?.stop();
    await rm(copy, { recursive: true, force: true });
    await mkdir(copy);
    await cp(data, copy, { recursive: true });
    await scene.fleet.database?.start();
    await scene.client.change('web', { env: { STEP: `newer than the copy ${scene.chance.whole(1_000_000)}` } });
    await atRest(scene);
  },
  async strike(scene) {
    const [data, copy] = folders(scene);
    const before = await takePicture(scene.hosts);
    await scene.fleet.database?.wipe();
    await cp(copy, data, { recursive: true });
    await scene.fleet.database?.start();
    await keepsAndSays(scene, before, ['older-store']);
  },
  repair: takeOver,
};

const folders = ({ folder }: Scene): [string, string] => [
  join(folder, 'database', 'data'),
  join(folder, 'database', 'copy'),
];

/** Somebody starts a replica on the wrong database. */
const beside: Fault = {
  name: 'api-on-an-empty-store',
  seconds: 15,
  async strike(scene) {
    const stray = await strayApi(scene.folder, 'stray');
    try {
      const said = await eventually(async () => {
        const ready = await scene.client.ask('GET', '/health/ready', undefined, undefined, stray.url);
        return ready?.status === 503 && JSON.stringify(ready.body);
      });
      scene.say(`  its ready says: ${said}`);
      const change = { name: 'stray', image: 'none' };
      const answer = await scene.client.ask('POST', '/api/v3/apps', change, undefined, stray.url);
      mustHold('an api on another store takes no changes', answer?.status === 503 ? [] : [JSON.stringify(answer)]);
      await pause(scene.pace.odd * 1000);
    } finally {
      await stray.program.remove();
    }
  },
};

export const storeFaults: readonly Fault[] = [emptied, restored, beside];
