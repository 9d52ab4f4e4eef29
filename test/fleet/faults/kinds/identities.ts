import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../live/support/eventually';
import { command } from '../../../live/support/network-link';
import type { FleetHost } from '../../fleet-host';
import { IMAGES } from '../../fleet-options';
import { type Fault, mustHold } from '../fault';
import type { Scene } from '../scene';

const SAID_WITHIN_MS = 60_000;

/** The first two; which ones makes no difference. */
function twoOf({ hosts }: Scene): [FleetHost, FleetHost] {
  const [one, other] = hosts;
  if (!one || !other) throw new Error('this fault needs two hosts');
  return [one, other];
}

/** Both run with `HOST_ID` set to one name; both must run what they should, and it is told of both. */
function sharedId(): Fault {
  let ids: (string | undefined)[] = [];
  return {
    name: 'shared-host-id',
    seconds: 30,
    oddStatus: true,
    async strike(scene) {
      ids = await scene.fleet.hostIds();
      const both = twoOf(scene);
      both.forEach((host) => scene.workerOf(host));
      await Promise.all(both.map(({ worker }) => worker.replace({ HOST_ID: 'twin' })));
      await pause(scene.pace.odd * 1000);
    },
    async check({ client }) {
      const told = async () => {
        const twins = (await client.hosts()).filter(({ id }) => id.startsWith('twin'));
        return twins.some(({ problems }) => problems.some(({ code }) => code === 'shared-host-id'));
      };
      const isTold = await eventually(told, { within: SAID_WITHIN_MS, every: 500 }).catch(() => false);
      mustHold('that two hosts share an id is told', isTold ? [] : [JSON.stringify(await client.hosts())]);
    },
    async tidy(scene) {
      const both = twoOf(scene);
      both.forEach((host) => scene.workerOf(host));
      await Promise.all(both.map(({ worker }, index) => worker.replace({ HOST_ID: String(ids[index]) })));
      await scene.client.ask('DELETE', '/api/v3/hosts/twin');
    },
  };
}

/** The disk of one was copied to the other, the worker's folder with it. */
function clonedFolder(): Fault {
  return {
    name: 'cloned-data-folder',
    seconds: 8,
    async strike(scene) {
      const [one, other] = twoOf(scene);
      scene.workerOf(other);
      await other.worker.kill();
      await copyFolder(one, other);
      await other.worker.start();
    },
  };
}

/** Into a volume that only its container's owner may write: by way of another container. */
const COPY = `docker --host "$1" cp nebula-worker:/data - |
  docker --host "$2" run --rm --interactive --volume nebula-worker:/data ${IMAGES[0]} tar -C / -xf -`;

async function copyFolder(one: FleetHost, other: FleetHost): Promise<void> {
  await command('bash', ['-o', 'pipefail', '-c', COPY, 'copy', one.docker.host, other.docker.host]);
}

export const identityFaults: readonly Fault[] = [sharedId(), clonedFolder()];
