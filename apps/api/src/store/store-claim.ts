import { ControlBus } from '@nebula/bus';
import { DomainError, supersedes, takenOver } from '@nebula/domain';
import { StoreIdentity } from '@nebula/store';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Loop } from '../publishing/loop';

/** Another replica's store may have taken over, or the broker lost all it knew: about so often it is asked again. */
const CHECK_INTERVAL_MS = 5_000;
/** So long a program that starts waits for the broker, before a broker that is away is no reason to refuse. */
const START_MS = 5_000;

/** What is known of whom the installation follows. */
export interface Following {
  /** Of this api's store. */
  identity: string;
  /** Whom the bus follows; undefined: nobody could tell yet. */
  holder: string | undefined;
}

/**
 * An installation has one store, and its bus knows which: an api on another one (emptied, or started on the wrong
 * database) changes nothing and answers no host, until a person says that its store's word is the one that counts.
 */
@Injectable()
export class StoreClaim implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('StoreClaim');
  private readonly loop = new Loop(
    CHECK_INTERVAL_MS,
    () => this.check().then(() => undefined),
    (error) => this.log.warn(`Not known whom the bus follows: ${error instanceof Error ? error.message : 'no answer'}`),
  );
  private known: Following | undefined;
  private checking: Promise<Following> | undefined;
  /** Resolves when the bus was there once, or has not been for a while. */
  private greeted: Promise<void> = Promise.resolve();

  constructor(
    private readonly bus: ControlBus,
    private readonly identity: StoreIdentity,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.greeted = promise;
    setTimeout(resolve, START_MS).unref();
    this.bus.onConnected(() => {
      resolve();
      this.known = undefined;
      this.loop.retry();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /**
   * Resolves when this api's store is the one that is followed, or nobody can tell because the bus is away. One that was
   * just started on the wrong store would take changes until its connection is made: they would be lost.
   * @throws DomainError unavailable: 'other-store', or the store's own 'store-away'
   */
  async requireHeld(): Promise<void> {
    if (this.bus.state() !== 'up') await this.greeted;
    const { identity, holder } = await this.following();
    if (holder === undefined || holder === identity) return;
    const detail = `Store ${holder} is followed here, and this api has store ${identity}: nothing is changed. Start the api on the other store, or make this one's word count by POST /api/v3/store/take-over.`;
    throw new DomainError('unavailable', 'other-store', detail);
  }

  /** @throws DomainError unavailable when the store is away */
  async following(): Promise<Following> {
    const identity = await this.identity.id();
    if (this.known?.identity === identity) return this.known;
    if (this.bus.state() !== 'up') return { identity, holder: undefined };
    return this.check().catch(() => ({ identity, holder: undefined }));
  }

  /**
   * Makes this store's word the newest, for every host. When the bus is away, it is told when it is there: a store that
   * took over later goes before.
   * @throws DomainError unavailable when the store is away: then nothing has changed
   */
  async takeOver(now: number): Promise<Following> {
    const { identity, holder } = await this.following();
    const next = takenOver(identity, holder === undefined ? [] : [holder], now);
    // Not replaced: another replica took over in the same instant, with the same store.
    await this.identity.replace(identity, next);
    this.known = undefined;
    return this.following();
  }

  /** One question at a time, whoever asks. */
  private check(): Promise<Following> {
    this.checking ??= this.ask().finally(() => (this.checking = undefined));
    return this.checking;
  }

  private async ask(): Promise<Following> {
    const identity = await this.identity.id();
    let claim = await this.bus.claim(identity);
    if (!claim.held && supersedes(identity, claim.holder)) {
      await this.bus.takeOver(identity);
      claim = { held: true };
    }
    const holder = claim.held ? identity : claim.holder;
    if (holder !== identity && this.known?.holder !== holder) {
      this.log.error(`The installation follows store ${holder}, and this api has store ${identity}.`);
    }
    this.known = { identity, holder };
    return this.known;
  }
}
