import { LABELS } from '@nebula/domain';
import type { ContainerSpec, ObservedContainer, VolumeMount } from '../runtime';
import { Breach } from './breach.arbitrary';
import type { SlotVolume } from './slot-volumes';

/** Paths where images declare a volume. */
const DECLARED: Readonly<Record<string, readonly string[]>> = { 'nginx:2': ['/cache'], 'db:1': ['/cache', '/log'] };

const has = ({ volumes = [] }: ObservedContainer, name: string): boolean =>
  volumes.some((volume) => volume.name === name);

/** The anonymous volumes of a host on paper, and what its worker remembers of them. */
export class PaperVolumes {
  /** By name, whose each is: slot, life and path. */
  readonly all = new Map<string, string>();
  remembered: ReadonlyMap<string, SlotVolume> = new Map();
  /** What a slot had may be nobody's: its next container may have a new one. */
  mayBeginAnew = false;
  private made = 0;

  /** The worker's file is lost: what no container has then is nobody's for ever. */
  forget(): void {
    this.remembered = new Map();
    this.mayBeginAnew = true;
  }

  /** As the adapter does it: what a new container of this specification has. */
  mount({ labels, image, settings, inherits = [] }: ContainerSpec): VolumeMount[] {
    const life = labels[LABELS.life]?.split('.')[0];
    const slot = `${labels[LABELS.app]} ${labels[LABELS.ordinal]} ${life}`;
    const named = settings.volumes.flatMap(({ source, target }) => (source ? target : []));
    const own = settings.volumes.flatMap(({ source, target }) => (source ? [] : target));
    const paths = new Set([...own, ...(DECLARED[image] ?? [])]).difference(new Set(named));
    return [...paths].map((target) => {
      const name = this.take(`${slot} ${target}`, inherits.find((mount) => mount.target === target)?.name);
      return { name, target, anonymous: true };
    });
  }

  remove(name: string, containers: Iterable<ObservedContainer>): void {
    for (const container of containers) {
      if (has(container, name)) throw new Breach(`${name} is removed, and ${container.name} has it`);
    }
    this.all.delete(name);
    this.remembered = new Map([...this.remembered].filter(([other]) => other !== name));
  }

  assertAlone({ name, volumes = [] }: ObservedContainer, other: ObservedContainer): void {
    const shared = volumes.find((volume) => has(other, volume.name));
    if (shared) throw new Breach(`${name} is started with ${shared.name}, which ${other.name} works with`);
  }

  private take(whose: string, inherited?: string): string {
    if (inherited !== undefined && this.all.get(inherited) !== whose)
      throw new Breach(`${inherited} is not of ${whose}`);
    const loses = inherited === undefined && !this.mayBeginAnew && [...this.all.values()].includes(whose);
    if (loses) throw new Breach(`${whose} begins anew`);
    const name = inherited ?? `v${++this.made}`;
    this.all.set(name, whose);
    return name;
  }
}
