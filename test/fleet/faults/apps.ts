import type { OwnRegistry } from '../../live/support/registry';
import type { Seeded } from '../../live/seeded';
import type { FleetHost } from '../fleet-host';
import { IMAGES } from '../fleet-options';
import type { AppDocument } from './documents';
import type { NewApp, PatientClient } from './patient-client';

/** Bytes of the layer that is pulled: long enough under way to be cut. */
const BIG_LAYER = 48_000_000;
const SERVE = 'trap "exit 0" TERM INT; httpd -p 80 -h /www; sleep 1d & wait';

export const TAGS = ['pulled:1', 'pulled:2'] as const;

/** What the fleet runs in these tests: ports, several containers, variables, one stopped, one from a registry. */
export const appsOf = (registry: OwnRegistry): NewApp[] => [
  { name: 'web', image: IMAGES[0], env: { STEP: '0' }, ports: [{ host: 8080, container: 80 }] },
  { name: 'pair', image: IMAGES[0], containersPer: { host: 2 }, ports: [{ host: 8090, container: 80 }] },
  { name: 'still', image: IMAGES[1], env: { KEPT: 'as it is' } },
  { name: 'idle', image: IMAGES[0], running: false },
  { name: 'again', image: IMAGES[0], env: { LIFE: '1' } },
  { name: 'pulled', image: registry.image(TAGS[0]), ports: [{ host: 8100, container: 80 }] },
];

/** Makes what hosts pull, on one of them, and pushes it. */
export async function pushImages(registry: OwnRegistry, { docker }: FleetHost): Promise<void> {
  const known = docker.withLogins(registry.logins);
  for (const tag of TAGS) {
    const fill = `head -c ${BIG_LAYER} /dev/urandom > /blob`;
    await docker.run(['run', '--name', 'maker', IMAGES[0], 'sh', '-c', fill]);
    const command = `CMD ${JSON.stringify(['sh', '-c', SERVE])}`;
    await docker.run(['commit', '--change', command, 'maker', registry.image(tag)]);
    await docker.run(['rm', 'maker']);
    await known.run(['push', registry.image(tag)], { within: 120_000 });
    await docker.run(['rmi', registry.image(tag)]);
  }
}

/** One change, of one app or of the list, and what it is called. */
type Move = (client: PatientClient, apps: ReadonlyMap<string, AppDocument>, chance: Seeded) => Promise<string>;

const changeSettings: Move = async (client, _, chance) => {
  const step = String(chance.whole(1_000_000));
  await client.change('web', { env: { STEP: step } });
  return `web STEP=${step}`;
};

const changeImage: Move = async (client, apps) => {
  const image = apps.get('web')?.image === IMAGES[0] ? IMAGES[1] : IMAGES[0];
  await client.change('web', { image });
  return `web ${image}`;
};

const scale: Move = async (client, apps, chance) => {
  const host = 1 + ((Number(apps.get('pair')?.containersPer.host ?? 1) + chance.whole(2)) % 3);
  await client.change('pair', { containersPer: { host } });
  return `pair ${host} per host`;
};

const startOrStop: Move = async (client, apps) => {
  const running = !apps.get('idle')?.running;
  await client.change('idle', { running });
  return running ? 'idle starts' : 'idle stops';
};

const deleteOrCreate: Move = async (client, apps, chance) => {
  if (apps.has('again')) {
    await client.remove('again');
    return 'again is deleted';
  }
  await client.create({ name: 'again', image: chance.one(IMAGES), env: { LIFE: String(chance.whole(1_000_000)) } });
  return 'again is created';
};

const MOVES: readonly Move[] = [changeSettings, changeImage, scale, startOrStop, deleteOrCreate];

/** Makes one of the changes that people make. @returns it, in words */
export const makeMove: Move = (client, apps, chance) => chance.one(MOVES)(client, apps, chance);
