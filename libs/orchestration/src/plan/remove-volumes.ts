import type { ActionList } from './action-list';
import type { EngineView } from './engine-view';
import type { OwnedContainer } from './owned-container';
import { isOfSlot, type SlotVolume } from './slot-volumes';

export interface RemovalContext {
  view: EngineView;
  backsOff(subject: `volume ${string}`): boolean;
  /** @returns why this volume is not needed any more; undefined: it is kept for a container that is to come */
  why(volume: SlotVolume): string | undefined;
}

/** Plans the end of those volumes that no container has once the list is carried out. Who else has one keeps it. */
export function removeVolumes(volumes: readonly SlotVolume[], list: ActionList, context: RemovalContext): void {
  const inherited = new Set(list.created().flatMap(({ inherits = [] }) => inherits.map(({ name }) => name)));
  for (const volume of volumes) {
    const { name } = volume;
    const removals = context.view.mounting(name).map(({ id }) => list.removalOf(id));
    if (inherited.has(name) || removals.some(({ length }) => length === 0)) continue;
    const cause = context.why(volume);
    const subject = `volume ${name}` as const;
    if (cause === undefined || context.backsOff(subject)) continue;
    list.add({ kind: 'remove-volume', subject, volume: name, cause, after: removals.flat().toSorted((a, b) => a - b) });
  }
}

interface WantedSlots {
  bornAt: number;
  /** How many slots the app has while it runs. */
  count: number;
  containers: readonly OwnedContainer[];
}

/** One that no container has waits for the next container of its slot: but when that is there, and does without it. */
export function whyUnneeded({ bornAt, count, containers }: WantedSlots, list: ActionList): RemovalContext['why'] {
  const staying = containers.filter(({ id }) => list.removalOf(id).length === 0);
  const created = list.actions.filter(({ kind }) => kind === 'create');
  return ({ name, target, owner }) => {
    if (owner.life.bornAt !== bornAt) return 'it is of an earlier life of the app';
    if (owner.ordinal > count) return 'above the count';
    const own = staying.filter((container) => isOfSlot(container.owner, owner.ordinal, bornAt));
    // Somebody worked with it when its container was made: what is in it is not ours to end, until its slot ends.
    const isSuperseded = own.some(({ volumes }) =>
      volumes?.some((v) => v.anonymous && v.target === target && v.name !== name),
    );
    const isTaken = own.length > 0 || created.some(({ subject }) => subject === owner.ordinal);
    return isTaken && !isSuperseded ? 'its container does without it' : undefined;
  };
}
