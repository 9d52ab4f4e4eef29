import type { App } from '@nebula/domain';
import { portsOf } from './container-spec';
import type { EngineView } from './engine-view';
import type { OwnedContainer } from './owned-container';
import { isSlotUp, isEmpty, keeperRuns, type Slot, takesDown } from './slots';

/** Which slots may be brought up now. The others wait for a next plan. */
export interface Choice {
  chosen: Slot[];
  /** Nothing can ever be chosen: `maxUnavailable` forbids every step. */
  stuck: boolean;
}

export interface ChoiceContext {
  app: App;
  view: EngineView;
  /** Running for long enough to believe it. */
  settled(container: OwnedContainer): boolean;
}

/**
 * Chooses among `candidates` (slots that are not as they should be, and that nothing outside the app hinders). A slot needs
 * those slots along whose old containers hold its ports. With `rolling`, what runs is only taken down while no more than
 * `maxUnavailable` of all slots are then down; what is down already costs nothing.
 */
export function chooseSlots(all: readonly Slot[], candidates: readonly Slot[], context: ChoiceContext): Choice {
  // The usual case by far.
  if (candidates.length === 0) return { chosen: [], stuck: false };
  const needed = needsOf(all, candidates, context);
  const closures = candidates
    .map((slot) => ({ slot, closure: closureOf(slot, needed) }))
    .filter(({ closure }) => closure !== undefined) as { slot: Slot; closure: Set<Slot> }[];
  const up = (slot: Slot): boolean => isSlotUp(slot, context.settled);
  const cost = (slots: Iterable<Slot>): number => [...slots].filter((slot) => takesDown(slot) && up(slot)).length;

  const rolling = context.app.rolling;
  // One that was never there, and waits for the port of another, took nothing down: else both would wait for ever.
  const isNewAndWaits = (slot: Slot): boolean => isEmpty(slot) && (needed.get(slot)?.length ?? 0) > 0;
  const down = all.filter((slot) => !up(slot) && !isNewAndWaits(slot)).length;
  let budget = rolling ? rolling.maxUnavailable - down : Infinity;
  const chosen = new Set<Slot>();
  for (const { closure } of closures.toSorted((a, b) => cost(a.closure) - cost(b.closure))) {
    const price = cost(closure.difference(chosen));
    if (price > 0 && price > budget) continue;
    budget -= price;
    for (const slot of closure) chosen.add(slot);
  }
  const stuck = rolling !== null && down === 0 && chosen.size === 0 && closures.length > 0;
  return { chosen: all.filter((slot) => chosen.has(slot)), stuck };
}

/** For each candidate, the other slots that must let go of a host port first; undefined among them: one that can't now. */
function needsOf(
  all: readonly Slot[],
  candidates: readonly Slot[],
  { app, view }: ChoiceContext,
): Map<Slot, (Slot | undefined)[]> {
  const slotOfOld = new Map<string, Slot>();
  for (const slot of all) for (const old of slot.olds) slotOfOld.set(old.id, slot);
  const movable = new Set(candidates);
  const needed = new Map<Slot, (Slot | undefined)[]>();
  for (const slot of candidates) {
    if (keeperRuns(slot)) continue;
    const holders = portsOf(app, slot.ordinal).flatMap((port) => view.holding(port));
    const others = holders.flatMap(({ id }) => {
      const other = slotOfOld.get(id);
      if (!other || other === slot) return [];
      return movable.has(other) ? other : undefined;
    });
    needed.set(slot, others);
  }
  return needed;
}

/** @returns undefined when it needs a slot that can't be moved now */
function closureOf(start: Slot, needed: Map<Slot, (Slot | undefined)[]>): Set<Slot> | undefined {
  const closure = new Set([start]);
  for (const slot of closure) {
    for (const other of needed.get(slot) ?? []) {
      if (!other) return undefined;
      closure.add(other);
    }
  }
  return closure;
}
