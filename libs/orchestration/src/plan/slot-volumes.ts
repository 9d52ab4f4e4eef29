import type { Ownership } from '@nebula/domain';
import type { VolumeMount } from '../runtime';
import type { EngineView, WhatIsDesired } from './engine-view';
import { holdsPorts, type OwnedContainer, readLabels } from './owned-container';
import { containersOf, type Slot } from './slots';

/** An anonymous volume of the n-th container of an app. It stays with the slot, whichever container has it. */
export interface SlotVolume {
  name: string;
  /** The path in the container. */
  target: string;
  /** What the newest container that had it said of itself. */
  owner: Ownership;
}

/** All anonymous volumes of ours: those that containers have, and those that are remembered of containers that are gone. */
export class SlotVolumes {
  /** By name. */
  readonly known: ReadonlyMap<string, SlotVolume>;
  private readonly running = new Map<string, SlotVolume[]>();
  private readonly leaving = new Map<string, SlotVolume[]>();

  constructor(
    private readonly view: EngineView,
    remembered: Iterable<SlotVolume>,
    desired: WhatIsDesired,
  ) {
    const known = new Map([...remembered].map((volume) => [volume.name, volume]));
    const ours = [...view.running.values(), ...view.leaving.values()].flat().filter(({ volumes }) => volumes);
    for (const volume of ours.flatMap(volumesOf)) {
      const other = known.get(volume.name);
      if (!other || other.owner.generation <= volume.owner.generation) known.set(volume.name, volume);
    }
    this.known = known;
    for (const volume of [...known.values()].toSorted(newestFirst)) {
      const fate = desired.fateOf(volume.owner).do;
      if (fate === 'keep') continue;
      const owner = desired.ownerOf(volume.owner);
      const byApp = fate === 'run' ? this.running : this.leaving;
      const others = byApp.get(owner.app);
      if (others) others.push({ ...volume, owner });
      else byApp.set(owner.app, [{ ...volume, owner }]);
    }
  }

  /** Of an app that is wanted here. */
  of(app: string): readonly SlotVolume[] {
    return this.running.get(app) ?? [];
  }

  /** Of an app that has to go. */
  leavingOf(app: string): readonly SlotVolume[] {
    return this.leaving.get(app) ?? [];
  }

  leavingApps(): Iterable<string> {
    return this.leaving.keys();
  }

  /**
   * What the next container of a slot takes over: the best container's volume of each path; where none has one, that of a
   * container that is gone, unless somebody else works with it by now.
   */
  inheritance(app: string, slot: Slot, bornAt: number): Pick<VolumeMount, 'name' | 'target'>[] {
    const containers = containersOf(slot).filter(({ owner }) => owner.life.bornAt === bornAt);
    const gone = this.of(app).filter(({ name, owner }) => {
      return isOfSlot(owner, slot.ordinal, bornAt) && !this.view.mounting(name).some(holdsPorts);
    });
    const first = new Map<string, string>();
    for (const { name, target } of [...containers.flatMap(anonymousOf), ...gone]) {
      if (!first.has(target)) first.set(target, name);
    }
    return [...first].map(([target, name]) => ({ name, target }));
  }
}

export const isOfSlot = (owner: Ownership, ordinal: number, bornAt: number): boolean =>
  owner.ordinal === ordinal && owner.life.bornAt === bornAt;

const anonymousOf = ({ volumes = [] }: OwnedContainer): VolumeMount[] => volumes.filter(({ anonymous }) => anonymous);

/** As its labels say, whatever store is followed now. */
function volumesOf(container: OwnedContainer): SlotVolume[] {
  const { owner } = readLabels(container)!;
  return anonymousOf(container).map(({ name, target }) => ({ name, target, owner }));
}

const newestFirst = (a: SlotVolume, b: SlotVolume): number =>
  b.owner.generation - a.owner.generation || Number(a.name > b.name) - Number(a.name < b.name);
