import { APP } from './nebula';
import type { Contestant } from './contestant';
import { DirectCalls } from './direct-calls';
import type { MeasuredEngines } from './measured-engines';

/** Has Nebula make its containers once, to be read off, and removes them. */
export async function directCallsLike(nebula: Contestant, { engines }: MeasuredEngines): Promise<DirectCalls> {
  await nebula.create();
  const filters = { label: [`app_name=${APP}`] };
  const found = await Promise.all(engines.map((engine) => engine.listContainers({ all: true, filters })));
  const floor = await DirectCalls.like(
    engines,
    found.map((containers) => containers.map(({ Id }) => Id)),
  );
  await nebula.remove();
  return floor;
}
