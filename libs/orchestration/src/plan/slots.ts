import { byWorth, holdsPorts, isUp, type OwnedContainer } from './owned-container';

/** The n-th container of an app: the one that stays or is to be brought up, and those that it makes superfluous. */
export interface Slot {
  ordinal: number;
  /** As it should be, or repairable into that. */
  keeper?: OwnedContainer;
  /** On their way out: other settings, another image, doubles. */
  olds: OwnedContainer[];
  /** Why the newest of `olds` cannot stay. */
  cause: string;
}

export interface Slots {
  slots: Slot[];
  /** Containers above the count. */
  surplus: OwnedContainer[];
}

const NOT_FOUND = 'not found';

/** @param why says why a container can't be kept; undefined: it can */
export function slotsOf(
  count: number,
  containers: readonly OwnedContainer[],
  why: (container: OwnedContainer) => string | undefined,
): Slots {
  const ofSlots = Array.from({ length: count }, (): OwnedContainer[] => []);
  const surplus: OwnedContainer[] = [];
  for (const container of containers) (ofSlots[container.owner.ordinal - 1] ?? surplus).push(container);
  const slots = ofSlots.map((own, index) => slotOf(index + 1, own, why));
  return { slots, surplus: surplus.toSorted((a, b) => a.owner.ordinal - b.owner.ordinal || byWorth(a, b)) };
}

function slotOf(
  ordinal: number,
  containers: readonly OwnedContainer[],
  why: (container: OwnedContainer) => string | undefined,
): Slot {
  const [only] = containers;
  if (containers.length === 1 && only!.state !== 'removing' && why(only!) === undefined)
    return { ordinal, keeper: only!, olds: [], cause: NOT_FOUND };
  const sorted = containers.filter(({ state }) => state !== 'removing').toSorted(byWorth);
  const keeper = sorted.find((container) => why(container) === undefined);
  const olds = sorted.filter((container) => container !== keeper);
  const first = olds[0];
  const cause = (first && (why(first) ?? 'double')) ?? NOT_FOUND;
  return { ordinal, keeper, olds, cause };
}

/** All that there is of it, the best one first. */
export const containersOf = ({ keeper, olds }: Slot): OwnedContainer[] => (keeper ? [keeper, ...olds] : olds);

/** Some container of the slot does its work, and has for long enough to believe it. */
export const isSlotUp = (slot: Slot, settled: (container: OwnedContainer) => boolean): boolean =>
  containersOf(slot).some((container) => isUp(container) && settled(container));

/** There is no container of it, in any state. */
export const isEmpty = (slot: Slot): boolean => slot.keeper === undefined && slot.olds.length === 0;

/** To bring the slot to its keeper, something that runs must be stopped first. */
export const takesDown = (slot: Slot): boolean => !keeperRuns(slot) && slot.olds.some(holdsPorts);

export const keeperRuns = (slot: Slot): boolean => slot.keeper !== undefined && holdsPorts(slot.keeper);
