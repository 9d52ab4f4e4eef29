import type { AppReport, HostReport } from '@nebula/domain';
import type { Clock } from '@nebula/orchestration';

export type ReportHeader = Omit<HostReport, 'host' | 'start' | 'count' | 'full' | 'apps' | 'gone'>;

export interface ReporterOptions {
  /** Random, one for each start. */
  start: string;
  intervalMs: number;
  /** undefined: the host has no name yet, nothing can be said. */
  host(): string | undefined;
  header(): ReportHeader;
  /** Rejects when it could not be sent. */
  send(report: HostReport): Promise<void>;
}

/** At most one report in this time, ms: changes that come in a burst travel together. */
const GAP_MS = 25;
/** After a change, so many heartbeats are whole: a report that got lost is made good. At rest every so-manieth is. */
const WHOLE_AFTER_CHANGE = 2;
const WHOLE_AT_REST = 20;
const RETRY_MS = 1000;

/**
 * Tells what changed, at once; a small sign of life when nothing did. A report is the difference to the last one that was
 * sent; one that could not be sent is followed by a whole one.
 */
export class Reporter {
  private apps: ReadonlyMap<string, AppReport> = new Map();
  private sent = new Map<string, string>();
  private sentHeader = '';
  private count = 0;
  private whole = true;
  private beats = 0;
  private due?: () => void;
  private sending = false;
  private cancelBeat = (): void => undefined;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly options: ReporterOptions,
  ) {
    this.scheduleBeat();
  }

  update(apps: ReadonlyMap<string, AppReport>): void {
    this.apps = apps;
    this.changed();
  }

  /** Something of the header may have changed. */
  changed(): void {
    if (this.hasNews()) this.soon(0);
  }

  /** Everything is to be told again: whoever heard may have forgotten. */
  resend(): void {
    this.whole = true;
    this.soon(0);
  }

  stop(): void {
    this.stopped = true;
    this.cancelBeat();
    this.due?.();
  }

  private hasNews(): boolean {
    if (this.whole || JSON.stringify(this.options.header()) !== this.sentHeader) return true;
    if (this.apps.size !== this.sent.size) return true;
    return [...this.apps.values()].some((app) => this.sent.get(app.app) !== JSON.stringify(app));
  }

  private soon(ms: number): void {
    if (this.due || this.sending || this.stopped) return;
    this.due = this.clock.after(ms, () => {
      this.due = undefined;
      void this.send();
    });
  }

  private scheduleBeat(): void {
    const pause = this.options.intervalMs * (0.9 + this.clock.random() * 0.2);
    this.cancelBeat = this.clock.after(pause, () => {
      this.beats++;
      if (this.beats <= WHOLE_AFTER_CHANGE || this.beats % WHOLE_AT_REST === 0) this.whole = true;
      void this.send();
      if (!this.stopped) this.scheduleBeat();
    });
  }

  private async send(): Promise<void> {
    const host = this.options.host();
    if (host === undefined || this.sending || this.stopped) return;
    this.sending = true;
    const sent = new Map([...this.apps.values()].map((app) => [app.app, JSON.stringify(app)]));
    const report = this.compose(host, sent);
    if (this.differs(sent)) this.beats = 0;
    try {
      await this.options.send(report);
      this.whole = false;
      this.sent = sent;
      this.sentHeader = JSON.stringify(this.options.header());
    } catch {
      this.whole = true;
    }
    this.sending = false;
    if (this.hasNews()) this.soon(this.whole ? RETRY_MS : GAP_MS);
  }

  private differs(now: ReadonlyMap<string, string>): boolean {
    return now.size !== this.sent.size || [...now].some(([app, text]) => this.sent.get(app) !== text);
  }

  private compose(host: string, now: ReadonlyMap<string, string>): HostReport {
    const full = this.whole;
    const apps = [...this.apps.values()].filter(({ app }) => full || this.sent.get(app) !== now.get(app));
    const gone = full ? [] : [...this.sent.keys()].filter((app) => !now.has(app));
    const { start } = this.options;
    return { host, start, count: ++this.count, full, ...this.options.header(), apps, gone };
  }
}
