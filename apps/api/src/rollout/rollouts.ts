import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { accept, checkStatus, ControlBus, Refusal, type Unsubscribe } from '@nebula/bus';
import type { AppGeneration, GroupGeneration } from '@nebula/domain';
import { type FailureGroup, GroupStore, HostStore, type WarningGroup } from '@nebula/store';
import { ApiOptions, silentBefore } from '../api-options';
import type { Rollout } from '../apps/app.dto';
import type { ChangeRequest } from '../http/change.decorator';
import { appHint, groupHint, withHint } from './hints';
import { Rounds } from './rounds';
import { Watch } from './watch';

export interface AppStanding {
  rollout: Rollout;
  failures: FailureGroup[];
  warnings: WarningGroup[];
}

/** How much of that is told. */
export interface Examples {
  /** Hosts of each failure, at the most. */
  failures: number;
  warnings: { most: number; examples: number };
}

interface Target {
  /** Names of apps whose status says something of it. */
  apps: readonly string[];
  count: () => Promise<Rollout>;
}

/** How far changes have come on the hosts that should have them. */
@Injectable()
export class Rollouts implements OnModuleInit, OnModuleDestroy {
  private readonly watches = new Map<string, { target: Target; watch: Watch }>();
  /** A host turns silent without anybody's word, and a word may get lost. */
  private readonly rounds: Rounds;
  private end: Unsubscribe | undefined;
  private ended = false;

  constructor(
    private readonly bus: ControlBus,
    private readonly groups: GroupStore,
    private readonly hosts: HostStore,
    private readonly options: ApiOptions,
  ) {
    this.rounds = new Rounds(Math.min(Math.max(options.reportIntervalSeconds * 200, 200), 3_000));
  }

  async onModuleInit(): Promise<void> {
    this.end = await this.bus.subscribe('status', async (envelope) => {
      const status = accept(envelope, this.options.installation, checkStatus);
      if (!(status instanceof Refusal)) this.changed(status.body.apps);
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.ended = true;
    for (const { watch } of [...this.watches.values()]) watch.end();
    await this.end?.();
  }

  /** How this generation or newer ones stand, with so many examples of each kind of failure. */
  async standing({ name, generation, deleted }: AppGeneration, examples: Examples): Promise<AppStanding> {
    const groups = await this.groups.listing(name);
    const silent = silentBefore(this.options);
    const concerned = { app: name, groups };
    const [{ counts, failures }, warnings] = await Promise.all([
      this.hosts.standing(concerned, generation, examples.failures, silent),
      this.hosts.warnings(concerned, examples.warnings, silent),
    ]);
    return { rollout: deleted ? counts : withHint(counts, appHint(name, groups)), failures, warnings };
  }

  /** @returns undefined when the request does not wait */
  awaitApp({ name, generation, deleted }: AppGeneration, change: ChangeRequest): Promise<Rollout | undefined> {
    const count = async (): Promise<Rollout> => {
      const groups = await this.groups.listing(name);
      const counts = await this.hosts.counts({ app: name, groups }, generation, silentBefore(this.options));
      return deleted ? counts : withHint(counts, appHint(name, groups));
    };
    return this.settled(`app ${name} ${generation}`, { apps: [name], count }, change);
  }

  /** @returns undefined when the request does not wait */
  awaitGroup(
    { name, generation, deleted, apps }: GroupGeneration,
    change: ChangeRequest,
  ): Promise<Rollout | undefined> {
    const count = async (): Promise<Rollout> => {
      const counts = await this.hosts.groupCounts(name, generation, apps, silentBefore(this.options));
      return deleted ? counts : withHint(counts, groupHint(name));
    };
    return this.settled(`group ${name} ${generation}`, { apps, count }, change);
  }

  private async settled(key: string, target: Target, change: ChangeRequest): Promise<Rollout | undefined> {
    if (change.waitSeconds === undefined) return undefined;
    if (change.waitSeconds === 0 || this.ended) return target.count().catch(() => undefined);
    return this.watchOf(key, target).settled(change.waitSeconds * 1000, change.gone);
  }

  private watchOf(key: string, target: Target): Watch {
    const known = this.watches.get(key)?.watch;
    if (known) return known;
    const watch: Watch = new Watch(target.count, () => {
      this.rounds.leave(watch);
      if (this.watches.get(key)?.watch === watch) this.watches.delete(key);
    });
    this.watches.set(key, { target, watch });
    this.rounds.join(watch);
    return watch;
  }

  /** A host may take a group over without any app of its changing: word of no app concerns everybody. */
  private changed(apps: readonly string[]): void {
    for (const { target, watch } of this.watches.values()) {
      if (apps.length === 0 || target.apps.some((app) => apps.includes(app))) watch.look();
    }
  }
}
