import type { OwnRegistry } from '../../live/support/registry';
import type { Seeded } from '../../live/seeded';
import type { Fleet } from '../fleet';
import type { FleetHost } from '../fleet-host';
import type { Pace } from './pace';
import type { PatientClient } from './patient-client';
import type { Record } from './record';
import type { Excuses } from './stillness';
import type { Tap } from './tap';

/** What faults work on, and where they say what they did. */
export class Scene {
  private killedHosts = new Set<string>();
  private workers = new Set<string>();
  private programs = new Set<string>();

  constructor(
    readonly fleet: Fleet,
    /** Where the fleet's files are. */
    readonly folder: string,
    readonly registry: OwnRegistry,
    readonly client: PatientClient,
    readonly record: Record,
    readonly tap: Tap,
    readonly pace: Pace,
    readonly chance: Seeded,
    /** Of who makes changes: how many there are depends on times, and must not decide what comes next. */
    readonly moves: Seeded,
    readonly say: (what: string) => void,
  ) {}

  get hosts(): readonly FleetHost[] {
    return this.fleet.hosts;
  }

  /** One of them, by chance. */
  anyHost(): FleetHost {
    return this.chance.one(this.hosts);
  }

  /** The fault ends this program: `api-1`, `monitor`, `broker`, `database`, … */
  killed(program: string): void {
    this.programs.add(program);
  }

  /** The fault ends all containers of this host, its worker among them. */
  killedOn(host: FleetHost): void {
    this.killedHosts.add(host.name);
    this.workers.add(host.name);
  }

  /** The fault ends or replaces the worker of this host. */
  workerOf(host: FleetHost): void {
    this.workers.add(host.name);
  }

  /** What was said since it was asked before. */
  takeExcuses(): Omit<Excuses, 'apps'> & { programs: ReadonlySet<string> } {
    const { killedHosts, workers, programs } = this;
    this.killedHosts = new Set();
    this.workers = new Set();
    this.programs = new Set();
    return { killedHosts, workers, programs };
  }
}
