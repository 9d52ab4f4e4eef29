import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlBus } from '@nebula/bus';
import {
  digestOfAll,
  digestOfApp,
  digestOfGroup,
  type AppGeneration,
  type DigestMessage,
  type GroupGeneration,
} from '@nebula/domain';
import { AppStore, GroupStore } from '@nebula/store';
import { ApiOptions } from '../api-options';
import { allPages } from './all-pages';
import { Loop } from './loop';
import { Publisher } from './publisher';

/**
 * Deletions that are told of again, the last so many. Whoever missed one of these and was never connected anew since, and
 * only they, could miss it for ever.
 */
const MOST_DELETED = 500;

/** Tells hosts now and then what the newest is, so that one that missed something finds out by itself. */
@Injectable()
export class DigestTeller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('DigestTeller');
  private readonly loop: Loop;
  /** In the round under way, why each digest that was passed over was not taken. */
  private refusals: unknown[] = [];
  /** Of the last round: with very many apps it is no small part of the time from one to the next. */
  private roundMs = 0;

  constructor(
    private readonly bus: ControlBus,
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
    private readonly publisher: Publisher,
    private readonly options: ApiOptions,
  ) {
    this.loop = new Loop(
      options.digestIntervalSeconds * 1000,
      () => this.tell(),
      (error) => this.log.warn(`Digests not told: ${messageOf(error)}`),
    );
  }

  onApplicationBootstrap(): void {
    // Told at once after a break: what was lost with a broker is found in seconds, not at the next round.
    this.bus.onConnected(() => this.loop.retry());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** From one round to the next, about: hosts that hear nothing for longer notice it. */
  get intervalSeconds(): number {
    return this.options.digestIntervalSeconds + Math.round(this.roundMs / 1000);
  }

  /** Tells all of them soon: whom the hosts follow has changed. */
  tellSoon(): void {
    this.loop.wake();
  }

  private async tell(): Promise<void> {
    const begunAt = performance.now();
    this.refusals = [];
    // Only names and generations are kept meanwhile: there may be very many apps.
    const live: Pick<AppGeneration, 'name' | 'generation' | 'deleted'>[] = [];
    for await (const { name, generation, deleted } of allPages(this.apps)) {
      live.push({ name, generation, deleted });
      await this.tellApp({ name, generation });
    }
    await this.publish({ scope: { all: true }, digest: digestOfAll(live) });
    for await (const group of allPages(this.groups)) await this.tellGroup(group);
    await this.tellDeleted();
    this.roundMs = performance.now() - begunAt;
    if (this.refusals.length === 0) return;
    this.log.warn(`${this.refusals.length} digests not told before the next round: ${messageOf(this.refusals.at(-1))}`);
  }

  /** Hosts on a list, and those of a deleted group, compare nothing else that would tell them. */
  private async tellDeleted(): Promise<void> {
    for (const app of await this.apps.lastDeleted(MOST_DELETED)) await this.tellApp(app);
    for (const group of await this.groups.lastDeleted(MOST_DELETED)) await this.tellGroup(group);
  }

  private async tellApp(app: Pick<AppGeneration, 'name' | 'generation'>): Promise<void> {
    await this.publish({ scope: { app: app.name }, digest: digestOfApp(app) });
  }

  private async tellGroup(group: GroupGeneration): Promise<void> {
    const digest = digestOfGroup(group, await this.apps.newestOf(group.apps));
    await this.publish({ scope: { group: group.name }, digest });
  }

  /**
   * One that a bus which is there does not take is passed over: a round that began anew would tell the first ones again
   * and again, and whoever waits for one of the last would never hear it.
   */
  private async publish(digest: DigestMessage): Promise<void> {
    const message = { ...digest, intervalSeconds: this.intervalSeconds };
    await this.publisher.publish('digest', message).catch((error: unknown) => {
      if (this.bus.state() !== 'up') throw error;
      this.refusals.push(error);
    });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');
