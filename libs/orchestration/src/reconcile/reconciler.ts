import type { AppGeneration, AppReport } from '@nebula/domain';
import type { DesiredState } from '../desired/desired-state';
import type { Action, AppPlan } from '../plan/plan';
import { plan } from '../plan/planner';
import type { EngineView } from '../plan/engine-view';
import { ContainerRuntime } from '../runtime';
import { appReports } from './app-reports';
import type { Clock } from './clock';
import type { Executor, Outcome } from './executor';
import { LogExcerpts } from './log-excerpts';
import type { Memory } from './memory';
import type { Observer } from './observer';

export interface ReconcilerParts {
  installation: string;
  runtime: ContainerRuntime;
  observer: Observer;
  desired: DesiredState;
  memory: Memory;
  executor: Executor;
  clock: Clock;
  /** Told after each pass, with every app of this host. */
  onReports(reports: ReadonlyMap<string, AppReport>): void;
}

/** An app whose actions are being carried out. */
interface Work {
  generation: number;
  /** What is being fetched, where that is the work. */
  image?: string;
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
  private cancelTimer = (): void => undefined;

  constructor(private readonly parts: ReconcilerParts) {
    this.logs = new LogExcerpts(parts.runtime, () => this.wake());
  }

  /** Begins, or goes on after `pause`. */
  resume(): void {
    this.active = true;
    this.wake();
  }

  /** Begins nothing new; what is under way is finished, but for pulls and waiting for stops. */
  async pause(): Promise<void> {
    this.active = false;
    this.cancelTimer();
    const works = [...this.working.values(), ...this.fetching.values()];
    for (const { abort } of works) abort.abort();
    await Promise.all(works.map(({ done }) => done));
  }

  /** Something changed: looks and plans soon, once for all that changes in this turn of the event loop. */
  wake(): void {
    if (this.awake || !this.active) return;
    this.awake = true;
    setImmediate(() => {
      this.awake = false;
      if (this.active) this.pass();
    });
  }

  private pass(): void {
    const { observer, desired, memory, clock, installation } = this.parts;
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
      busy: new Set(this.working.keys()),
      now: clock.now(),
    });
    memory.rememberClaims(planned.claims);
    this.keepPlans(planned.apps);
    for (const app of planned.apps) this.dispatch(app);
    this.tell(planned.view);
    this.cancelTimer();
    if (planned.wakeAt !== undefined) {
      this.cancelTimer = clock.after(Math.max(1, planned.wakeAt - clock.now()), () => this.wake());
    }
  }

  /** A newer generation takes over: what the older one's plan has not begun is left, its stops and pulls not waited for. */
  private endOutdated(): void {
    const newest = (app: string): AppGeneration | undefined => this.parts.desired.newest(app);
    for (const [app, work] of this.working) {
      if ((newest(app)?.generation ?? 0) > work.generation) work.abort.abort();
    }
    for (const [app, work] of this.fetching) {
      const { spec, deleted } = newest(app) ?? {};
      const wanted = !deleted && spec?.running !== false && spec?.image === work.image;
      if (!wanted) work.abort.abort();
    }
  }

  private keepPlans(planned: readonly AppPlan[]): void {
    const names = new Set([...planned.map(({ app }) => app), ...this.working.keys()]);
    for (const app of this.plans.keys()) if (!names.has(app)) this.plans.delete(app);
    for (const app of planned) this.plans.set(app.app, app);
    this.parts.memory.retain(names);
  }

  private dispatch(app: AppPlan): void {
    const { memory } = this.parts;
    if (app.image) memory.rememberImage(app.app, app.image);
    if (app.verdict.state === 'converged') memory.settled(app.app);
    const fetch = app.actions.filter(({ kind }) => kind === 'fetch-image');
    const others = app.actions.filter(({ kind }) => kind !== 'fetch-image');
    if (fetch.length > 0) this.begin(this.fetching, app, fetch);
    if (others.length > 0) this.begin(this.working, app, fetch.length > 0 ? withoutOrder(others) : others);
  }

  private begin(works: Map<string, Work>, app: AppPlan, actions: Action[]): void {
    const { memory, executor } = this.parts;
    const abort = new AbortController();
    if (works === this.fetching) memory.setFetching(app.app, true);
    const work = async (): Promise<void> => {
      const outcome = await executor.run(actions, abort.signal);
      await this.takeOutcome(app, actions, outcome);
      works.delete(app.app);
      if (works === this.fetching) memory.setFetching(app.app, false);
      this.wake();
    };
    const image = actions.find((action) => action.kind === 'fetch-image')?.reference;
    works.set(app.app, { generation: app.generation, image, abort, done: work() });
  }

  private async takeOutcome(app: AppPlan, actions: readonly Action[], outcome: Outcome): Promise<void> {
    const { memory, observer } = this.parts;
    const { failures, skipped, touched, imageId } = outcome;
    const fetched = actions.find((action) => action.kind === 'fetch-image');
    if (fetched && imageId !== undefined) {
      memory.rememberImage(app.app, { reference: fetched.reference, id: imageId, ...fetched.serves });
    }
    for (const { action, reason, error } of failures) {
      const container = 'target' in action ? action.target.name : undefined;
      memory.failed(app.app, action.subject, { generation: app.generation, reason, error: error.message, container });
      if (action.kind === 'create' && error.code === 'image-not-found') memory.rememberImage(app.app, undefined);
    }
    const unfinished = new Set([...failures.map(({ action }) => action), ...skipped].map(({ subject }) => subject));
    for (const { subject } of actions) if (!unfinished.has(subject)) memory.succeeded(app.app, subject);
    if (actions.some(({ kind }) => kind === 'make-network')) await observer.refreshNetworks();
    await observer.refresh(touched);
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

/** Once the image's own action is taken out of a list, the others stand for themselves: revivals need none. */
const withoutOrder = (actions: Action[]): Action[] => actions.map((action) => ({ ...action, after: [] }));
