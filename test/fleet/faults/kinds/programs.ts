import { setTimeout as pause } from 'node:timers/promises';
import type { FleetProgram } from '../../fleet-program';
import type { Fault } from '../fault';
import type { Scene } from '../scene';

/** kill -9 of an api replica or the monitor, and its start. */
function killPrograms(name: string, which: (scene: Scene) => readonly FleetProgram[]): Fault {
  let killed: readonly FleetProgram[] = [];
  return {
    name,
    seconds: 6,
    async strike(scene) {
      killed = which(scene);
      killed.forEach((program) => scene.killed(program.name));
      scene.say(`  killed: ${killed.map((program) => program.name).join(', ')}`);
      await Promise.all(killed.map((program) => program.kill()));
      await pause(scene.pace.away * 1000);
    },
    async repair() {
      await Promise.all(killed.map((program) => program.start()));
    },
  };
}

const killBroker: Fault = {
  name: 'broker-killed',
  seconds: 15,
  async strike(scene) {
    scene.killed('broker');
    await scene.fleet.broker.kill();
    await pause(scene.pace.away * 1000);
  },
  repair: ({ fleet }) => fleet.broker.start(),
};

const killDatabase: Fault = {
  name: 'database-killed',
  seconds: 6,
  async strike(scene) {
    scene.killed('database');
    await scene.fleet.database?.kill();
    await pause(scene.pace.away * 1000);
  },
  async repair({ fleet }) {
    await fleet.database?.start();
  },
};

/** Its state was lost with its disk; who may log in is put there again, as whoever installs a broker does. */
const loseBroker: Fault = {
  name: 'broker-lost',
  seconds: 15,
  async strike(scene) {
    const { broker } = scene.fleet;
    const all = await broker.admin.request<{ [kind: string]: unknown }>('GET', '/definitions');
    scene.killed('broker');
    await broker.wipe();
    await pause(scene.pace.away * 1000);
    await broker.start();
    const { rabbit_version, users, vhosts, permissions } = all;
    await broker.admin.importDefinitions({ rabbit_version, users, vhosts, permissions });
  },
};

/** SIGSTOP: connections stay open, and nobody answers on them. */
function freeze(name: string, seconds: number, part: (scene: Scene) => { freeze(): void; thaw(): void }): Fault {
  return {
    name,
    seconds,
    async strike(scene) {
      part(scene).freeze();
      await pause(scene.pace.frozen * 1000);
    },
    async repair(scene) {
      part(scene).thaw();
    },
  };
}

export const programFaults: readonly Fault[] = [
  killPrograms('api-killed', ({ fleet, chance }) => [chance.one(fleet.apis)]),
  killPrograms('apis-killed', ({ fleet }) => fleet.apis),
  killPrograms('monitor-killed', ({ fleet }) => [fleet.monitor]),
  killBroker,
  killDatabase,
  loseBroker,
  freeze('broker-frozen', 12, ({ fleet }) => fleet.broker),
  freeze('monitor-frozen', 12, ({ fleet }) => fleet.monitor),
];
