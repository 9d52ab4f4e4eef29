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
  /** Whether there is any use in sending; `resend` is called when there is again. */
  isHeard(): boolean;
  /** Rejects when it could not be sent. */
  send(report: HostReport): Promise<void>;
}

/** At most one report in this time, ms: changes that come in a burst travel together. */
const GAP_MS = 25;
/**
 * A change that is still on its way is told when it takes longer than this, ms: its hosts count as converging whether
 * they say so or not, and most changes are over by then, with their end as the one thing to tell.
 */
const STEP_MS = 2000;
/** At most one in this time for news of the host as a whole, which bad messages could make by the thousand, ms. */
const HEADER_GAP_MS = 1000;
/** At rest every so-manieth heartbeat is whole. */
const WHOLE_AT_REST = 20;
/** The pause after a report that could not be sent: it doubles. */
const RETRY_MS = { first: 1000, most: 15_000 };

/** What was said of an app, and how it was written. */
interface Sent {
  report: AppReport;
  text: string;
}

/**
 * Tells what changed, at once; a small sign of life when nothing did. A report is the difference to the last one that was
 * sent; one that could not be sent is followed by a whole one.
 */
export class Reporter {
  private apps: ReadonlyMap<string, AppReport> = new Map();
  private sent: ReadonlyMap<string, Sent> = new Map();
  private sentHeader = '';
  private count = 0;
  private whole = true;
  private beats = 0;
  private failures = 0;
  /** When the last report went, or failed to; far back before the first. */
  private lastAt = -Infinity;
  private due?: { at: number; cancel: () => void };
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
    // Nothing can make it sooner than that, so there is no need to look.
    if (this.due && this.due.at - this.clock.now() <= GAP_MS) return;
    const at = this.dueAt();
    if (at !== undefined) this.sendAt(at);
  }

  /**
   * Everything is to be told again: whoever heard may have forgotten.
   * @param withinMs news that come before are told with it, and take it along
   */
  resend(withinMs: number): void {
    this.whole = true;
    this.failures = 0;
    this.sendAt(this.clock.now() + withinMs);
    this.cancelBeat();
    this.scheduleBeat();
  }

  stop(): void {
    this.stopped = true;
    this.cancelBeat();
    this.due?.cancel();
  }

  /** @returns when what is new is to be told; undefined: nothing is new */
  private dueAt(): number | undefined {
    const { failures, lastAt } = this;
    if (failures > 0) return lastAt + Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (failures - 1));
    const news = this.whole ? 'end' : this.newsOfApps();
    if (news !== undefined) return news === 'step' ? this.clock.now() + STEP_MS : lastAt + GAP_MS;
    return JSON.stringify(this.options.header()) === this.sentHeader ? undefined : lastAt + HEADER_GAP_MS;
  }

  /** `step`: all that is new is of apps on their way; `end`: there is more. */
  private newsOfApps(): 'end' | 'step' | undefined {
    const news = [...this.apps.values()].filter((app) => this.sent.get(app.app)?.text !== JSON.stringify(app));
    if (!news.every((app) => this.isStep(app))) return 'end';
    if ([...this.sent.keys()].some((app) => !this.apps.has(app))) return 'end';
    return news.length > 0 ? 'step' : undefined;
  }

  /** One that had converged, and does so no more without a change, is no step: something happened to it. */
  private isStep({ app, state, generation }: AppReport): boolean {
    const told = this.sent.get(app)?.report;
    return state === 'converging' && !(told?.state === 'converged' && told.generation === generation);
  }

  private sendAt(time: number): void {
    const now = this.clock.now();
    const at = Math.max(time, now);
    if (this.sending || this.stopped || (this.due && this.due.at <= at)) return;
    this.due?.cancel();
    this.due = { at, cancel: this.clock.after(at - now, () => void this.send()) };
  }

  private scheduleBeat(): void {
    const pause = this.options.intervalMs * (0.9 + this.clock.random() * 0.2);
    this.cancelBeat = this.clock.after(pause, () => {
      this.beats++;
      if (isWhole(this.beats)) this.whole = true;
      void this.send();
      this.scheduleBeat();
    });
  }

  private async send(): Promise<void> {
    this.due?.cancel();
    this.due = undefined;
    const host = this.options.host();
    if (host === undefined || this.sending || !this.options.isHeard()) return;
    this.sending = true;
    const sent = new Map(
      [...this.apps.values()].map((report) => [report.app, { report, text: JSON.stringify(report) }]),
    );
    const header = this.options.header();
    const report = this.compose(host, header, sent);
    if (this.differs(sent)) this.beats = 0;
    this.whole = false;
    try {
      await this.options.send(report);
      this.failures = 0;
      this.sent = sent;
      this.sentHeader = JSON.stringify(header);
    } catch {
      this.failures++;
      this.whole = true;
    }
    this.lastAt = this.clock.now();
    this.sending = false;
    this.changed();
  }

  private differs(now: ReadonlyMap<string, Sent>): boolean {
    return now.size !== this.sent.size || [...now].some(([app, { text }]) => this.sent.get(app)?.text !== text);
  }

  private compose(host: string, header: ReportHeader, now: ReadonlyMap<string, Sent>): HostReport {
    const full = this.whole;
    const apps = [...this.apps.values()].filter(({ app }) => full || this.sent.get(app)?.text !== now.get(app)?.text);
    const gone = full ? [] : [...this.sent.keys()].filter((app) => !now.has(app));
    const { start } = this.options;
    return { host, start, count: ++this.count, full, ...header, apps, gone };
  }
}

/**
 * Whether this heartbeat after a change says everything: a report that got lost is made good soon, and after longer ones
 * what whoever hears it was told wrongly meanwhile.
 */
function isWhole(beat: number): boolean {
  const isPowerOfTwo = (beat & (beat - 1)) === 0;
  return beat < WHOLE_AT_REST ? isPowerOfTwo : beat % WHOLE_AT_REST === 0;
}
