import { ControlBus, seal } from '@nebula/bus';
import { StoreIdentity } from '@nebula/store';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { MonitorOptions } from './monitor-options';
import { Tally } from './tally';

/** Shorter than anyone notices, and long enough that a fleet's reports of one change become a few messages. */
const QUIET_MS = 20;
const RETRY_MS = 1_000;
const MOST_PENDING = 10_000;

/**
 * Tells every api which apps' status may have changed: the first change at once, those that come within the next 20 ms in
 * one message after it. What could not be told is told later: whoever waits for a status would else wait in vain.
 */
@Injectable()
export class StatusPublisher implements BeforeApplicationShutdown {
  private readonly pending = new Set<string>();
  private readonly closing = new AbortController();
  private readonly failures = new Tally(new Logger(StatusPublisher.name), 'Status messages that could not be sent');
  private telling = false;

  constructor(
    private readonly bus: ControlBus,
    private readonly identity: StoreIdentity,
    private readonly options: MonitorOptions,
  ) {}

  changed(apps: readonly string[]): void {
    for (const app of apps) this.pending.add(app);
    for (const oldest of this.pending) {
      if (this.pending.size <= MOST_PENDING) break;
      this.pending.delete(oldest);
    }
    if (!this.telling) void this.tell();
  }

  beforeApplicationShutdown(): void {
    this.closing.abort();
  }

  /** Never rejects. */
  private async tell(): Promise<void> {
    this.telling = true;
    while (this.pending.size > 0 && !this.closing.signal.aborted) {
      const apps = [...this.pending];
      this.pending.clear();
      const told = await this.publish(apps);
      if (!told) for (const app of apps) this.pending.add(app);
      await this.rest(told ? QUIET_MS : RETRY_MS);
    }
    this.telling = false;
  }

  private async publish(apps: string[]): Promise<boolean> {
    try {
      const store = await this.identity.id();
      await this.bus.publish('status', seal(this.options.installation, store, { apps }));
      return true;
    } catch (error) {
      this.failures.count('failed', error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  private async rest(ms: number): Promise<void> {
    // Ends at once, by rejecting, when the program does.
    await pause(ms, undefined, { ref: false, signal: this.closing.signal }).catch(() => undefined);
  }
}
