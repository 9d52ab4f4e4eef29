import type { AppReport, HostPort } from '@nebula/domain';
import type { DesiredState } from '../desired/desired-state';
import type { Action, AppPlan } from '../plan/plan';
import { plan } from '../plan/planner';
import { programHint } from '../plan/program-hint';
import type { EngineView } from '../plan/engine-view';
import { ContainerRuntime } from '../runtime';
import { appReports } from './app-reports';
import type { Clock } from './clock';
import type { Executor, Failure } from './executor';
import { LogExcerpts } from './log-excerpts';
import type { Memory } from './memory';
import type { Observer } from './observer';
import { Removals } from './removals';

export interface ReconcilerParts {
  installation: string;
  /** What did not yet run on this host must run so long before it counts, ms. */
  settleMs: number;
  runtime: ContainerRuntime;
  observer: Observer;
  desired: DesiredState;
  memory: Memory;
  executor: Executor;
  clock: Clock;
  /** Host ports that this very process listens on. */
  ownPorts?: readonly HostPort[];
  /** Told after each pass, with every app of this host. */
  onReports(reports: ReadonlyMap<string, AppReport>): void;
  /** Told of each container that was removed: which one, why, and why it was taken for ours. */
  onRemoved(told: string): void;
  /** A mistake of ours: told, and survived. */
  onError(error: unknown): void;
}

/** A fetch that brought nothing for so long, ms, when the network comes back: it may wait for what will never come. */
const STALLED_MS = 3_000;

/** An app whose actions are being carried out. */
interface Work {
  generation: number;
  /** The app is on its way out. */
  leaving: boolean;
  /** What is being fetched, where that is the work. */
  image?: string;
  /** When something of the image came last. */
  cameAt: number;
  abort: AbortController;
  done: Promise<void>;
}

/**
 * The loop: observe → plan → execute, again whenever something changed. Invariants: 1. one plan of an app is carried out
 * at a time; other apps go on side by side. 2. Fetching an image keeps nothing waiting but what needs it. 3. A newer
 * generation ends what is not begun of the older one's plan. 4. No timer runs at rest but for what has a time.
 */
export class Reconciler {
  private readonly working = new Map<string, Work>();
  private readonly fetching = new Map<string, Work>();
  private readonly plans = new Map<string, AppPlan>();
  private readonly logs: LogExcerpts;
  private awake = false;
  private active = false;
  private stopped = false;
  private cancelTimer = (): void => undefined;

  constructor(private readonly parts: ReconcilerParts) {
    this.logs = new LogExcerpts(parts.runtime, () => this.wake());
  }

  /** Begins, or goes on after `pause`. */
  resume(): void {
    this.active = true;
    this.wake();
  }

  /** Begins nothing new; what is under way is finished, but for pulls and waiting for stops. Looks and tells as before. */
  async pause(): Promise<void> {
    this.active = false;
    const works = [...this.working.values(), ...this.fetching.values()];
    for (const { abort } of works) abort.abort();
    await Promise.all(works.map(({ done }) => done));
  }

  /** The same, for good: afterwards nothing is told and no timer runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    await this.pause();
  }

  /** The network was away and is back: what is fetched through it is asked for anew, where it waits or has failed. */
  networkIsBack(): void {
    const { clock, memory } = this.parts;
    for (const { abort, cameAt } of this.fetching.values()) if (clock.now() - cameAt >= STALLED_MS) abort.abort();
    memory.networkIsBack();
    this.wake();
  }

  /** Somebody removed it: there is nothing left to do about it. */
  volumeIsGone(name: string): void {
    this.parts.memory.forgetVolumes(new Set([name]));
    this.wake();
  }

  /** Something changed: looks and plans soon, once for all that changes in this turn of the event loop. */
  wake(): void {
    if (this.awake || this.stopped) return;
    this.awake = true;
    setImmediate(() => {
      this.awake = false;
      if (this.stopped) return;
      try {
        this.pass();
      } catch (error) {
        this.parts.onError(error);
      }
    });
  }

  private pass(): void {
    const { observer, desired, memory, clock, installation, ownPorts, settleMs } = this.parts;
    const { engine } = observer;
    const store = desired.followedStore;
    if (!observer.ready || !engine || store === undefined) return;
    this.endOutdated();
    const planned = plan({
      identity: { installation, store },
      engine,
      containers: observer.containers(),
      networks: observer.networks(),
      desired,
      history: memory,
      ...(ownPorts && { ownPorts }),
      busy: new Set(this.working.keys()),
      settleMs,
      now: clock.now(),
    });
    memory.rememberOwn(planned.view.ours);
    memory.rememberClaims(planned.claims);
    memory.makings.take(planned.view.running.values(), (id) => observer.has(id));
    memory.rememberVolumes(planned.volumes);
    this.keepPlans(planned.apps);
    for (const app of planned.apps) this.take(app);
    this.tell(planned.view);
    this.cancelTimer();
    if (planned.wakeAt !== undefined) {
      this.cancelTimer = clock.after(Math.max(1, planned.wakeAt - clock.now()), () => this.wake());
    }
  }

  /** A newer generation takes over: what the older one's plan has not begun is left, its stops and pulls not waited for. */
  private endOutdated(): void {
    if (this.working.size + this.fetching.size === 0) return;
    const wanted = new Map(this.parts.desired.wanted().map((app) => [app.name, app]));
    for (const [app, work] of this.working) {
      const newer = (this.parts.desired.newest(app)?.generation ?? 0) > work.generation;
      if (newer || wanted.has(app) === work.leaving) work.abort.abort();
    }
    for (const [app, work] of this.fetching) {
      const { spec } = wanted.get(app) ?? {};
      const { image, running, pullPolicy } = spec ?? {};
      if (image !== work.image || running === false || pullPolicy === 'never') work.abort.abort();
    }
  }

  private keepPlans(planned: readonly AppPlan[]): void {
    const names = new Set([...planned.map(({ app }) => app), ...this.working.keys()]);
    for (const app of this.plans.keys()) if (!names.has(app)) this.plans.delete(app);
    for (const app of planned) this.plans.set(app.app, app);
    this.parts.memory.retain(names);
  }

  private take(app: AppPlan): void {
    const { memory } = this.parts;
    if (app.image) memory.rememberImage(app.app, app.image);
    if (app.proven) memory.rememberProven(app.app, app.proven);
    if (app.verdict.state === 'converged') memory.settled(app.app);
    if (!this.active) return;
    // The fetch is the last action and stands for itself: the others' order does not know of it.
    const fetch = app.actions.filter(asksRegistry);
    const others = app.actions.filter((action) => !asksRegistry(action));
    if (fetch.length > 0) this.begin(this.fetching, app, fetch);
    if (others.length > 0) this.begin(this.working, app, others);
  }

  private begin(works: Map<string, Work>, { app, generation, verdict }: AppPlan, actions: Action[]): void {
    const { memory, clock } = this.parts;
    const abort = new AbortController();
    const onProgress = (): void => void (begun.cameAt = clock.now());
    if (works === this.fetching) memory.setFetching(app, generation);
    const work = async (): Promise<void> => {
      await this.carryOut({ app, generation }, actions, abort.signal, onProgress).catch((error) =>
        this.parts.onError(error),
      );
      works.delete(app);
      if (works === this.fetching) memory.setFetching(app, undefined);
      this.wake();
    };
    const image = actions.find((action) => action.kind === 'fetch-image')?.reference;
    const begun: Work = {
      generation,
      leaving: verdict.leaving === true,
      image,
      cameAt: clock.now(),
      abort,
      done: Promise.resolve(),
    };
    works.set(app, begun);
    begun.done = work();
  }

  private async carryOut(
    { app, generation }: Pick<AppPlan, 'app' | 'generation'>,
    actions: Action[],
    signal: AbortSignal,
    onProgress: () => void,
  ): Promise<void> {
    const { executor, memory, observer } = this.parts;
    const planned = networkIds(observer);
    const touched = new Set<string>();
    const noMore = observer.actsOn(touched);
    const removals = new Removals(actions, { app, generation }, this.parts);
    const options = { touched, signal, onProgress, onRemoved: removals.removed.bind(removals) };
    const outcome = await executor.run(actions, options).finally(noMore);
    const { failures, skipped, imageId, made, warnings = [] } = outcome;
    const fetched = actions.find((action) => action.kind === 'fetch-image');
    if (fetched && imageId !== undefined) {
      memory.rememberImage(app, { reference: fetched.reference, id: imageId, ...fetched.serves });
    }
    const unfinished = new Set([...failures.map(({ action }) => action), ...skipped].map(({ subject }) => subject));
    for (const { subject } of actions) if (!unfinished.has(subject)) memory.succeeded(app, subject);
    const missed = failures.filter(({ error }) => error.code === 'not-found');
    if (missed.length > 0 || actions.some(({ kind }) => kind === 'make-network')) await observer.refreshNetworks();
    await observer.refresh(touched);
    memory.haveMade(made);
    for (const [id, texts] of warnings) memory.makings.warned(id, texts);
    // Not before: what is seen of a container that is gone would be remembered once more.
    const removed = actions.flatMap((action) => (action.kind === 'remove-volume' ? action : []));
    memory.forgetVolumes(
      new Set(removed.filter(({ subject }) => !unfinished.has(subject)).map(({ volume }) => volume)),
    );
    // The plan was made for networks that somebody took away meanwhile: the next one knows, and nothing has failed.
    const outdated = missed.length > 0 && networkIds(observer) !== planned;
    for (const failure of failures) {
      if (!outdated || !missed.includes(failure)) this.remember(failure, app, generation);
    }
  }

  private remember({ action, reason, error, containerId }: Failure, app: string, generation: number): void {
    const { memory, observer } = this.parts;
    // Somebody took the container away meanwhile: what is to be done now, the next plan says.
    if (error.code === 'not-found' && containerId !== undefined && !observer.has(containerId)) return;
    const container = 'target' in action ? action.target.name : undefined;
    const hint = action.kind === 'start' ? programHint(error.message) : undefined;
    const text = hint ? `${hint}: ${error.message}` : error.message;
    memory.failed(app, action.subject, { generation, reason, error: text, container, containerId });
    if (error.code === 'stuck' && containerId !== undefined) memory.makings.stuck(containerId);
    if (action.kind === 'create' && error.code === 'image-not-found') memory.imageIsLost(app);
  }

  private tell(view: EngineView): void {
    const { clock, desired, onReports } = this.parts;
    const reports = appReports({
      plans: this.plans.values(),
      view,
      tombstones: desired.tombstones(),
      date: (time) => new Date(clock.date().getTime() + time - clock.now()),
      log: (container) => this.logs.of(container),
    });
    this.logs.retain(new Set([...reports.values()].flatMap(({ containers }) => containers.map(({ id }) => id))));
    onReports(reports);
  }
}

/** It may take long, or never end. */
const asksRegistry = (action: Action): boolean => action.kind === 'fetch-image' && action.mode !== 'local';

const networkIds = (observer: Observer): string =>
  observer
    .networks()
    .map(({ id }) => id)
    .toSorted()
    .join();
