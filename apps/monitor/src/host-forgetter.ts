import { HostStore } from '@nebula/store';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MonitorOptions, NOW, type Now, RANDOM, type Random } from './monitor-options';
import { StatusPublisher } from './status-publisher';
import { Tally } from './tally';

const HOUR_MS = 3_600_000;
/** Hosts could not be heard while the monitor was away: they get this long to be heard again before any is forgotten. */
const GRACE_MS = 300_000;
const BETWEEN_CHECKS_MS = 60_000;
const HOSTS_PER_CHECK = 1_000;

/** Forgets hosts that were silent for too long. A host that comes back is known again by its next report. */
@Injectable()
export class HostForgetter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly failures = new Tally(new Logger(HostForgetter.name), 'Could not forget silent hosts');
  private readonly silenceMs: number;
  private timer?: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly hosts: HostStore,
    private readonly status: StatusPublisher,
    options: MonitorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(RANDOM) private readonly random: Random,
  ) {
    this.silenceMs = options.forgetAfterHours * HOUR_MS;
  }

  onApplicationBootstrap(): void {
    if (this.silenceMs > 0) this.checkAfter(Math.min(GRACE_MS, this.silenceMs));
  }

  onModuleDestroy(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Spread by up to a half, so that monitors started together do not ask together. */
  private checkAfter(ms: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.check(), ms * (1 + this.random() / 2)).unref();
  }

  /** Never rejects. */
  private async check(): Promise<void> {
    try {
      const before = new Date(this.now().getTime() - this.silenceMs);
      this.status.changed(await this.hosts.forgetSilent(before, HOSTS_PER_CHECK));
    } catch (error) {
      this.failures.count('failed', error instanceof Error ? error.message : String(error));
    }
    this.checkAfter(BETWEEN_CHECKS_MS);
  }
}
