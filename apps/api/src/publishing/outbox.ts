import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlBus } from '@nebula/bus';
import type { AppGeneration, Generation, GroupGeneration } from '@nebula/domain';
import { AppStore, GroupStore, type GenerationStore } from '@nebula/store';
import { Loop } from './loop';
import { PublishedMarks } from './published-marks';
import { Publisher } from './publisher';
import { Untold } from './untold';

/** How often leftovers of others (a replica that died between store and bus) are looked for, about. */
const SWEEP_INTERVAL_MS = 5_000;
const BATCH = 200;
/** Of them: a broker that confirms late is not waited for by one after the other. */
const AT_ONCE = 16;
/** What a replica stored so lately it is about to publish and to mark itself, ms. If it died, somebody looks again then. */
const YOUNG_MS = 2_000;
/** Who made a change is told whether it went out if that is known so soon, ms: it did, or it will. */
const PUSH_PATIENCE_MS = 100;

export type Push = 'sent' | 'pending';

/**
 * Everything that is stored gets published: at once by whom it was stored, and if that fails, by whoever finds it. What is
 * published twice does no harm, what is published late neither; what is never published is what must not be.
 */
@Injectable()
export class Outbox implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Outbox');
  private readonly loop = new Loop(
    SWEEP_INTERVAL_MS,
    () => this.sweep(),
    (error) => this.told(error),
  );
  private readonly underWay = new Map<string, Promise<void>>();
  /** Names of what we could not publish: it is ours to try again, at once. */
  private readonly ours = new Set<string>();
  private readonly untold = new Untold();
  private readonly marks = new PublishedMarks();
  private lookingAgain: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: ControlBus,
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
    private readonly publisher: Publisher,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    // What was stored while the bus was away is still to be told.
    this.bus.onConnected(() => this.loop.retry());
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.lookingAgain);
    await this.loop.stop();
    await Promise.allSettled(this.underWay.values());
    await this.marks.flush();
  }

  /** Call it with what was just stored. It never rejects, and does not wait for a bus that is away. */
  appChanged(app: AppGeneration): Promise<Push> {
    return this.hurry('app', app, (sent) => this.publishApp(app, sent));
  }

  /** @param before the generation before, undefined when there was none */
  groupChanged(group: GroupGeneration, before: GroupGeneration | undefined): Promise<Push> {
    this.untold.gained(
      group.name,
      group.apps.filter((app) => !before?.apps.includes(app)),
    );
    const tell = (sent: () => void): Promise<void> => this.publishGroup(group, this.untold.of(group), sent);
    return this.hurry('group', group, tell);
  }

  private hurry(noun: string, stored: Generation, publish: (sent: () => void) => Promise<void>): Promise<Push> {
    const key = `${noun} ${stored.name} ${stored.generation}`;
    const { promise, resolve } = Promise.withResolvers<Push>();
    const patience = setTimeout(() => resolve('pending'), PUSH_PATIENCE_MS);
    const done = publish(() => resolve('sent'))
      .catch((error: unknown) => {
        this.ours.add(`${noun} ${stored.name}`);
        this.told(error);
        resolve('pending');
        this.loop.wake();
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, done);
    return promise.finally(() => clearTimeout(patience));
  }

  /**
   * The order matters, here and with a group: each is stored, and then reads what the other stored. So of a group and an
   * app that change in the same instant one at least sees the other, and no change falls into a gap.
   */
  private async publishApp(app: AppGeneration, sent = nobodyWaits): Promise<void> {
    const groups = await this.groups.listing(app.name);
    await this.publisher.publish('app', { app }, { groups });
    sent();
    this.marks.add('app', this.apps, app);
  }

  private async publishGroup(group: GroupGeneration, tell: readonly string[], sent = nobodyWaits): Promise<void> {
    const apps = tell.length === 0 ? [] : await this.apps.newestOf(tell);
    await this.publisher.publish('group', { group, apps });
    sent();
    this.untold.told(group.name, tell);
    this.marks.add('group', this.groups, group);
  }

  private async sweep(): Promise<void> {
    const failed: unknown[] = [];
    await this.sweepOf('app', this.apps, (app) => this.publishApp(app), failed);
    // Nobody knows what the hosts of a group were told before somebody died: all of it, then.
    await this.sweepOf('group', this.groups, (group) => this.publishGroup(group, group.apps), failed);
    if (failed.length > 0) throw failed[0];
  }

  private async sweepOf<G extends Generation>(
    noun: string,
    store: GenerationStore<G>,
    publish: (generation: G) => Promise<void>,
    failed: unknown[],
  ): Promise<void> {
    const found = await store.unpublished(BATCH);
    const untold = found.filter((each) => !this.isInHand(noun, each));
    const left = untold.filter((each) => !this.isAnothers(noun, each));
    if (left.length < untold.length) this.lookAgain();
    const isMore = found.length === BATCH && left.length > 0;
    const publishSome = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const key = `${noun} ${next.name}`;
        this.ours.delete(key);
        await publish(next).catch((error: unknown) => {
          this.ours.add(key);
          failed.push(error);
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, publishSome));
    await this.marks.flush();
    if (isMore && failed.length === 0) this.loop.wake();
  }

  /** Once, however often it is asked for: a look that finds something young asks for another. */
  private lookAgain(): void {
    this.lookingAgain ??= setTimeout(() => {
      this.lookingAgain = undefined;
      this.loop.wake();
    }, YOUNG_MS).unref();
  }

  /** Whether we publish it right now, or did. */
  private isInHand(noun: string, each: Generation): boolean {
    return this.underWay.has(`${noun} ${each.name} ${each.generation}`) || this.marks.has(noun, each);
  }

  /** Whether it is about to be published by the replica that stored it just now. */
  private isAnothers(noun: string, { name, updatedAt }: Generation): boolean {
    return !this.ours.has(`${noun} ${name}`) && Math.abs(Date.now() - Date.parse(updatedAt)) < YOUNG_MS;
  }

  private told(error: unknown): void {
    this.log.warn(`Not published yet, tried again: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

const nobodyWaits = (): void => undefined;
