import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../live/support/eventually';
import type { FleetHost } from '../../fleet-host';
import { TAGS } from '../apps';
import type { Fault } from '../fault';
import type { Scene } from '../scene';

/** What a worker needs until it has asked what it should run. */
const START_SECONDS = 3;

/** Remembers the host of one strike until its repair. */
class OneHost {
  private chosen?: FleetHost;

  choose(scene: Scene): FleetHost {
    this.chosen = scene.anyHost();
    scene.say(`  host: ${this.chosen.name}`);
    return this.chosen;
  }

  get it(): FleetHost {
    if (!this.chosen) throw new Error('no host was struck');
    return this.chosen;
  }
}

/**
 * Starts a host's Engine. Docker 20.10 forgets to give the port of a container back whose start was cut in the middle: it
 * says "Removing stale endpoint", and the port is taken, by nobody, until the Engine is started once more.
 */
async function boot({ hosts, folder, say }: Scene, host: FleetHost): Promise<void> {
  const log = join(folder, `h${hosts.indexOf(host) + 1}`, 'log');
  const stale = async () => (await readFile(log, 'utf8')).split('Removing stale endpoint').length;
  const before = await stale();
  await host.engine.start();
  if ((await stale()) === before) return;
  say(`  ${host.name}: Docker lost a port, and is started again`);
  await host.engine.restart();
}

/** Docker starts it again by itself. */
function crashWorker(): Fault {
  const host = new OneHost();
  return {
    name: 'worker-crashed',
    seconds: 4,
    async strike(scene) {
      const { worker } = host.choose(scene);
      scene.workerOf(host.it);
      await worker.crash();
    },
  };
}

function killWorker(): Fault {
  const host = new OneHost();
  return {
    name: 'worker-killed',
    seconds: 6,
    async strike(scene) {
      const { worker } = host.choose(scene);
      scene.workerOf(host.it);
      await worker.kill();
      await pause(scene.pace.away * 1000);
    },
    repair: () => host.it.worker.start(),
  };
}

function freezeWorker(): Fault {
  const host = new OneHost();
  return {
    name: 'worker-frozen',
    seconds: 12,
    async strike(scene) {
      await host.choose(scene).worker.freeze();
      await pause(scene.pace.frozen * 1000);
    },
    repair: () => host.it.worker.thaw(),
  };
}

function killEngine(): Fault {
  const host = new OneHost();
  return {
    name: 'engine-killed',
    seconds: 12,
    async strike(scene) {
      const { engine } = host.choose(scene);
      scene.killedOn(host.it);
      await engine.kill();
      await pause(scene.pace.away * 1000);
    },
    repair: (scene) => boot(scene, host.it),
  };
}

function crashHost(withBroker: boolean): Fault {
  const host = new OneHost();
  return {
    name: withBroker ? 'host-and-broker-crashed' : 'host-crashed',
    seconds: 15,
    async strike(scene) {
      host.choose(scene);
      scene.killedOn(host.it);
      if (withBroker) scene.killed('broker');
      await Promise.all([host.it.crash(), withBroker && scene.fleet.broker.kill()]);
      await pause(scene.pace.away * 1000);
      // It has to come up alone: nobody is there to ask.
      if (withBroker) await boot(scene, host.it);
    },
    repair: (scene) => (withBroker ? scene.fleet.broker.start() : boot(scene, host.it)),
  };
}

function cutHost(): Fault {
  const host = new OneHost();
  return {
    name: 'network-cut',
    seconds: 12,
    async strike(scene) {
      await host.choose(scene).cut();
      await pause(scene.pace.cut * 1000);
    },
    repair: () => host.it.mend(),
  };
}

/** Bytes, a small part of what is pulled; hosts are told nothing else as large. */
const UNDER_WAY = 1_000_000;

/**
 * The registry is at this machine's end of the cable. It is cut when the layer is under way: an Engine that has asked
 * for one and got no first byte yet can be told by nobody to ask anew, and waits for TCP, up to half a minute.
 */
function cutPull(): Fault {
  const host = new OneHost();
  return {
    name: 'network-cut-in-a-pull',
    seconds: 14,
    async strike(scene) {
      host.choose(scene);
      const now = scene.record.app('pulled')?.image;
      const [next] = TAGS.map((tag) => scene.registry.image(tag)).filter((image) => image !== now);
      const forget = ({ docker }: FleetHost) => docker.run(['rmi', '--force', String(next)]).catch(() => undefined);
      await Promise.all(scene.hosts.map(forget));
      const before = await host.it.received();
      await scene.client.change('pulled', { image: next });
      await eventually(async () => (await host.it.received()) > before + UNDER_WAY, { within: 30_000, every: 5 });
      await pause(scene.chance.whole(100));
      await host.it.cut();
      const has = await host.it.docker.run(['images', '--quiet', String(next)]);
      scene.say(`  cut ${has === '' ? 'in the pull' : 'after the pull'}`);
      await pause(scene.pace.cut * 1000);
    },
    repair: () => host.it.mend(),
  };
}

/** It missed a change, and the store that it asks for it is away: it has to know soon after that is back. */
function backWithoutStore(): Fault {
  const host = new OneHost();
  return {
    name: 'worker-back-while-database-away',
    seconds: 14,
    async strike(scene) {
      const { worker } = host.choose(scene);
      scene.workerOf(host.it);
      scene.killed('database');
      await worker.kill();
      await scene.client.change('web', { env: { STEP: `missed ${scene.chance.whole(1_000_000)}` } });
      await scene.fleet.database?.kill();
      await worker.start();
      await pause((scene.pace.away + START_SECONDS) * 1000);
    },
    async repair({ fleet }) {
      await fleet.database?.start();
    },
  };
}

export const hostFaults: readonly Fault[] = [
  crashWorker(),
  killWorker(),
  freezeWorker(),
  killEngine(),
  crashHost(false),
  crashHost(true),
  cutHost(),
  backWithoutStore(),
  cutPull(),
];
