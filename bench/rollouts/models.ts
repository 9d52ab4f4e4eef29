import { APP } from './nebula';
import type { Contestant } from './contestant';
import { DirectCalls } from './direct-calls';
import type { MeasuredEngines } from './measured-engines';

/** Has Nebula make its containers once, so many on each host, to be read off, and removes them. */
export async function directCallsLike(
  nebula: Contestant,
  measured: MeasuredEngines,
  perHost: number,
): Promise<DirectCalls> {
  const { engines } = measured;
  await measured.after(() => nebula.create(), 'start', perHost);
  const filters = { label: [`app_name=${APP}`] };
  const found = await Promise.all(engines.map((engine) => engine.listContainers({ all: true, filters })));
  const floor = await DirectCalls.like(
    engines,
    found.map((containers) => containers.map(({ Id }) => Id)),
  );
  await measured.after(() => nebula.remove(), 'destroy', perHost);
  return floor;
}
