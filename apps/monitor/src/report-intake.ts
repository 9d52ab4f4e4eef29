import { accept, checkReport, ControlBus, Refusal, type Unsubscribe } from '@nebula/bus';
import { HostStore } from '@nebula/store';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { MonitorOptions, NOW, type Now } from './monitor-options';
import { StatusPublisher } from './status-publisher';
import { Tally } from './tally';

/** Takes hosts' reports in. One that is not kept is lost: the host's next full one says all of it again. */
@Injectable()
export class ReportIntake implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  /** Reports that were not kept, by reason: those of a `Refusal`, and `store`. */
  readonly refused = new Tally(new Logger(ReportIntake.name), 'Reports not kept');
  private readonly underWay = new Set<Promise<void>>();
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
    try {
      this.status.changed(await this.hosts.record(accepted.body, this.now()));
    } catch (error) {
      this.refused.count('store', error instanceof Error ? error.message : String(error));
    }
  }
}
