import type { Seeded } from '../../live/seeded';
import type { Fault, Moment } from './fault';

export interface Step {
  fault: Fault;
  moment: Moment;
}

/** Every fault at rest and during changes, in an order that its seed brings again. */
export function orderOf(faults: readonly Fault[], chance: Seeded): Step[] {
  const steps = faults.flatMap((fault): Step[] => [
    { fault, moment: 'rest' },
    { fault, moment: 'change' },
  ]);
  for (let last = steps.length - 1; last > 0; last -= 1) {
    const other = chance.whole(last + 1);
    [steps[last], steps[other]] = [steps[other] as Step, steps[last] as Step];
  }
  return steps;
}

export const nameOf = ({ fault, moment }: Step): string => `${fault.name}/${moment}`;
