import { alternate } from '../alternate';
import { inFolder } from '../bench-folder';
import { Fleet } from '../../test/fleet/fleet';
import type { Progress } from '../../test/fleet/sim/progress';
import type { Contestant } from './contestant';
import { MeasuredEngines } from './measured-engines';
import { type Round, roundOf } from './round';

const ROUNDS = 7;
/** With this Swarm asks no registry for an image that is there. */
const ENVIRONMENT = { DOCKER_SERVICE_PREFER_OFFLINE_IMAGE: '1' };

export interface Hosts {
  fleet: Fleet;
  engines: MeasuredEngines;
}

/** Rounds of each contestant in turn, by its name, on a fleet of its own; the first of each doesn't count. */
export function roundsOn(
  hosts: number,
  perHost: number,
  progress: Progress,
  contestantsOn: (hosts: Hosts) => Promise<Contestant[]>,
): Promise<Record<string, Round[]>> {
  return inFolder(async (folder) => {
    const starting = Fleet.start({ folder, hosts, engines: { environment: ENVIRONMENT } });
    const fleet = await progress.during(`a fleet of ${hosts}`, starting);
    try {
      const engines = await MeasuredEngines.watch(fleet.hosts.map(({ engine }) => engine.socket));
      const contestants = await contestantsOn({ fleet, engines });
      const samplers = contestants.map((each) => () => roundOf(each, engines, perHost));
      await alternate(progress, `first rounds, ${perHost} on each of ${hosts}`, 1, samplers);
      const rounds = await alternate(progress, `rounds, ${perHost} on each of ${hosts}`, ROUNDS, samplers);
      engines.end();
      return Object.fromEntries(contestants.map(({ name }, index) => [name, rounds[index]!]));
    } finally {
      await progress.during('the fleet ends', fleet.stop());
    }
  });
}

/** Hosts are network namespaces. */
export async function needsHosts(): Promise<string | undefined> {
  const canHave = process.platform === 'linux' && process.getuid?.() === 0;
  return canHave ? undefined : 'its hosts are network namespaces with Docker Engines: that needs Linux, and root';
}
