import type { FleetHost } from '../fleet-host';
import { IMAGES } from '../fleet-options';

const OF_ANOTHER = ['nebula.installation=another', 'nebula.store=theirs', 'nebula.app=web', 'nebula.settings=1:none'];

/** Puts containers of other owners on a host: one that nobody marked, and one of another installation's app `web`. */
export async function addBystanders({ docker }: FleetHost): Promise<void> {
  const labels = [...OF_ANOTHER, 'nebula.generation=1', 'nebula.ordinal=1'].flatMap((label) => ['--label', label]);
  const run = (name: string, ...args: string[]) =>
    docker.run(['run', '--detach', '--restart', 'always', '--name', name, ...args, IMAGES[0]]);
  await run('somebodys');
  await run('theirs-1', ...labels);
}
