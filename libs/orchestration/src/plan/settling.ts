import type { History, LastEnd } from './history';
import type { OwnedContainer } from './owned-container';
import type { Proven } from './plan';
import { doubtedUntil } from './restarts';
import type { Settings } from './settings';

/** How long a container of settings and an image that have proven themselves on this host must run before it counts, ms. */
const PROVEN_MS = 1000;

export interface SettlingContext {
  history: Pick<History, 'proven' | 'runningSince' | 'lastEnd'>;
  /** What did not yet run on this host must run so long before it counts, ms. */
  settleMs: number;
  now: number;
}

/** Which containers of an app have run for long enough to believe them, and when more of them will have. */
export class Settling {
  /** What is to be remembered as proven, where that is new. */
  readonly proven?: Proven;
  private readonly neededMs: number;
  private first = Infinity;

  constructor(
    private readonly app: { name: string; settings: Settings; imageId: string },
    containers: readonly OwnedContainer[],
    private readonly context: SettlingContext,
  ) {
    const { history, now, settleMs } = context;
    const { name, settings, imageId } = app;
    const isKnown = history.proven(name).some((one) => one.imageId === imageId && settings.same(one.settings));
    const hasRun = ({ id }: OwnedContainer): boolean => now - (history.runningSince(id) ?? now) >= settleMs;
    const proves = !isKnown && containers.some((container) => this.isNew(container) && hasRun(container));
    if (proves) this.proven = { settings: settings.hash, imageId };
    this.neededMs = isKnown || proves ? Math.min(PROVEN_MS, settleMs) : settleMs;
  }

  isSettled(container: OwnedContainer): boolean {
    if (container.state !== 'running') return container.state === 'restarting' || container.state === 'paused';
    const since = this.context.history.runningSince(container.id);
    return since !== undefined && this.isPast(since + (this.isNew(container) ? this.neededMs : PROVEN_MS));
  }

  /** How it ended, where it came back and has not run for long enough since. */
  doubt(container: OwnedContainer): LastEnd | undefined {
    const { history } = this.context;
    const end = history.lastEnd(container.id);
    const until = doubtedUntil(end, history.runningSince(container.id));
    return until === undefined || this.isPast(until) ? undefined : end;
  }

  /** The first moment at which an answer that was given may be another. */
  get wakeAt(): number | undefined {
    return this.first === Infinity ? undefined : this.first;
  }

  private isNew({ owner, imageId }: OwnedContainer): boolean {
    return imageId === this.app.imageId && this.app.settings.made(owner);
  }

  private isPast(time: number): boolean {
    if (time <= this.context.now) return true;
    this.first = Math.min(this.first, time);
    return false;
  }
}
