import { accept, checkReport, ControlBus, Refusal, type Unsubscribe } from '@nebula/bus';
import { DomainError, type HostReport } from '@nebula/domain';
import { HostStore, InTurn } from '@nebula/store';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { MonitorOptions, NOW, type Now } from './monitor-options';
import { StatusPublisher } from './status-publisher';
import { Tally } from './tally';

/**
 * A report that the store was too busy for, or away, is tried again for so long, ms: meanwhile those behind it wait in
 * the broker. What it said would else be unknown until the host's next full report, which can be minutes away.
 */
const TRIED_FOR_MS = 60_000;
const RETRY_MS = { first: 200, most: 5_000 };

/** Takes hosts' reports in. One that is not kept is lost: the host's next full one says all of it again. */
@Injectable()
export class ReportIntake implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  /** Reports that were not kept, by reason: those of a `Refusal`, and `store`. */
  readonly refused = new Tally(new Logger(ReportIntake.name), 'Reports not kept');
  private readonly underWay = new Set<Promise<void>>();
  /** By host: its newer report would make the one before it an old one, which is not kept. */
  private readonly turns = new InTurn();
  private readonly closing = new AbortController();
  private unsubscribe?: Unsubscribe;

  constructor(
    private readonly bus: ControlBus,
    private readonly hosts: HostStore,
    private readonly status: StatusPublisher,
    private readonly options: MonitorOptions,
    @Inject(NOW) private readonly now: Now,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.unsubscribe = await this.bus.subscribe('report', (message) => this.take(message));
  }

  async onModuleDestroy(): Promise<void> {
    await this.unsubscribe?.();
  }

  /** The store closes after this: what was taken in is kept first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.underWay);
  }

  private async take(message: unknown): Promise<void> {
    const work = this.record(message);
    this.underWay.add(work);
    await work.finally(() => this.underWay.delete(work));
  }

  /** Never rejects. */
  private async record(message: unknown): Promise<void> {
    const accepted = accept(message, this.options.installation, checkReport);
    if (accepted instanceof Refusal) return this.refused.count(accepted.reason, accepted.detail);
    const report = accepted.body;
    await this.turns.run(report.host, () => this.keep(report));
  }

  /** Never rejects. */
  private async keep(report: HostReport): Promise<void> {
    const until = performance.now() + TRIED_FOR_MS;
    const at = this.now();
    for (let wait = RETRY_MS.first; ; wait = Math.min(RETRY_MS.most, wait * 2)) {
      try {
        return this.status.changed(await this.hosts.record(report, at));
      } catch (error) {
        if (!isAway(error) || this.closing.signal.aborted || performance.now() > until)
          return this.refused.count('store', error instanceof Error ? error.message : String(error));
      }
      await pause(wait * (0.5 + Math.random() / 2), undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }
}

const isAway = (error: unknown): boolean => error instanceof DomainError && error.kind === 'unavailable';
