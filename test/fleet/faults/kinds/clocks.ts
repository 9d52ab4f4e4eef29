import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FleetHost } from '../../fleet-host';
import { type Fault, mustHold } from '../fault';

const LIBRARY = 'libfaketimeMT.so.1';
const FOLDERS = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu`);
const IMAGE = 'nebula/worker:faketime';
/** In the worker's folder: the one place in its container that can be written, whoever it runs as. */
const CLOCK_FILE = '/data/clock';

const DOCKERFILE = `FROM nebula/worker:latest
COPY lib /faketime
ENV LD_PRELOAD=/faketime/${LIBRARY} LD_LIBRARY_PATH=/faketime FAKETIME_TIMESTAMP_FILE=${CLOCK_FILE} \\
  FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1
`;

/** The worker's image with a library that tells it another time (Debian: libfaketime). */
async function buildImage({ docker }: FleetHost): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nebula-faketime-'));
  try {
    for (const file of [join('faketime', LIBRARY), 'libm.so.6']) {
      const found = [...FOLDERS, ...FOLDERS.map((place) => place.slice(4))]
        .map((place) => join(place, file))
        .find((path) => existsSync(path));
      if (!found) throw new Error(`this machine has no ${file}: install Debian's libfaketime`);
      await cp(found, join(folder, 'lib', file.replace('faketime/', '')), { dereference: true });
    }
    await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
    await docker.run(['build', '--quiet', '--tag', IMAGE, folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function setClock({ docker, worker }: FleetHost, difference: string): Promise<void> {
  await docker.run(['exec', worker.name, 'sh', '-c', `echo '${difference}' > ${CLOCK_FILE}; chmod 644 ${CLOCK_FILE}`]);
}

/** What the worker's own Node.js takes for now, in seconds from this machine's time. */
async function aheadOf({ docker, worker }: FleetHost): Promise<number> {
  const said = await docker.run(['exec', worker.name, 'node', '-p', 'Date.now()']);
  return Math.round((Number(said) - Date.now()) / 1000);
}

const DAY = 86_400;

function wrongClock(): Fault {
  let host: FleetHost | undefined;
  return {
    name: 'clock-a-day-ahead',
    seconds: 25,
    async prepare(scene) {
      host = scene.anyHost();
      scene.say(`  host: ${host.name}`);
      await buildImage(host);
      scene.workerOf(host);
      await setClock(host, '+0');
      await host.worker.replace({}, IMAGE);
    },
    async strike(scene) {
      if (!host) throw new Error('no host was prepared');
      await setClock(host, '+1d');
      await pause(scene.pace.odd * 1000);
      const ahead = await aheadOf(host);
      mustHold('the clock is a day ahead', Math.abs(ahead - DAY) < 60 ? [] : [`it is ${ahead} s ahead`]);
    },
    async repair() {
      if (host) await setClock(host, '+0');
    },
    async tidy(scene) {
      if (!host) return;
      scene.workerOf(host);
      await host.worker.replace();
    },
  };
}

export const clockFaults: readonly Fault[] = [wrongClock()];
