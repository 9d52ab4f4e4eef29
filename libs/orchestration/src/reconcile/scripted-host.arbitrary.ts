import { type AppGeneration, type AppReport, type AppSpec, LABELS, type Selection, sparse } from '@nebula/domain';
import { DesiredState, type DesiredStateData } from '../desired/desired-state';
import type { LastEnd } from '../plan/history';
import { FakeRuntime, type FakeRuntimeOptions, type Program } from '../runtime/fake';
import type { FakeContainer } from '../runtime/fake/fake-container';
import { Executor } from './executor';
import { Memory, type MemoryData } from './memory';
import { Observer } from './observer';
import { Reconciler } from './reconciler';
import { TestClock } from './test-clock.arbitrary';

export const STORE = 'store-1';
export const INSTALLATION = 'shop';
export const SWEEP_MS = 60_000;
/** As the setting allows it at the least: only tests of settling wait for the default. */
const SETTLE_MS = 1000;

export const web = (more: Partial<AppSpec> = {}): AppSpec => ({ name: 'web', image: 'web:1', ...more });

export function generationOf(spec: AppSpec, generation = 1, more: Partial<AppGeneration> = {}): AppGeneration {
  const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { ...common, name: spec.name, generation, deleted: false, spec: sparse(spec), ...more };
}

export const tombstoneOf = (name: string, generation: number): AppGeneration => ({
  ...generationOf({ name, image: 'x' }, generation, { deleted: true }),
  spec: undefined,
});

export interface HostOptions extends FakeRuntimeOptions {
  selection?: Selection;
  maxRestartWaitMs?: number;
  settleMs?: number;
}

/** The loop of one host on a scripted machine, without bus, file and mark; nothing in it waits for real time. */
export class ScriptedHost {
  readonly clock = new TestClock();
  readonly runtime: FakeRuntime;
  desired: DesiredState;
  readonly errors: unknown[] = [];
  /** What was said of containers that were removed. */
  readonly removed: string[] = [];
  reports: ReadonlyMap<string, AppReport> = new Map();
  /** How often reports were told. */
  told = 0;
  /** To be replaced by a test that wants every report. */
  onTold = (): void => undefined;
  memory!: Memory;
  observer!: Observer;
  executor!: Executor;
  reconciler!: Reconciler;

  constructor(private readonly options: HostOptions = {}) {
    this.runtime = new FakeRuntime({ clock: this.clock, ...options });
    this.desired = new DesiredState(options.selection ?? { all: true, names: [] });
    this.push('web:1');
  }

  /** Makes an image that can be pulled. @returns its id */
  push(reference: string, program: Program = {}): string {
    return this.runtime.registry.push(reference, program);
  }

  async start(saved?: MemoryData): Promise<this> {
    const { clock, runtime } = this;
    const { maxRestartWaitMs = 0, settleMs = SETTLE_MS } = this.options;
    const runningSince = (id: string): number | undefined => this.observer.runningSince(id);
    const restartingSince = (id: string): number | undefined => this.observer.lives.restartingSince(id);
    const lastEnd = (id: string): LastEnd | undefined => this.observer.lives.lastEnd(id);
    const onChange = (): void => undefined;
    const options = { maxRestartWaitMs, runningSince, restartingSince, lastEnd, onChange };
    this.memory = new Memory(clock, options, saved);
    const observer = new Observer(runtime, clock, {
      sweepMs: SWEEP_MS,
      onChange: () => this.reconciler.wake(),
      onVolume: ({ name, action }) => (action === 'destroy' ? this.reconciler.volumeIsGone(name) : undefined),
      onAway: () => undefined,
    });
    this.observer = observer;
    const networkId = (name: string) => observer.networks().find((network) => network.name === name)?.id;
    const login = () => undefined;
    this.executor = new Executor(runtime, {
      installation: INSTALLATION,
      engineTime: () => observer.engineTime(),
      networkId,
      login,
    });
    this.reconciler = new Reconciler({
      installation: INSTALLATION,
      settleMs,
      runtime,
      observer,
      desired: this.desired,
      memory: this.memory,
      executor: this.executor,
      clock,
      onReports: (reports) => {
        this.reports = reports;
        this.told++;
        this.onTold();
      },
      onRemoved: (told) => this.removed.push(told),
      onError: (error) => this.errors.push(error),
    });
    observer.start();
    this.reconciler.resume();
    await clock.rest();
    return this;
  }

  /** As a new process does, with its file or without. */
  async restart(file: 'kept' | 'lost'): Promise<void> {
    const saved = { desired: this.desired.save(), memory: this.memory.save() };
    await this.stop();
    const { desired, memory } = JSON.parse(JSON.stringify(saved)) as { desired: DesiredStateData; memory: MemoryData };
    this.desired = new DesiredState(this.desired.selection, file === 'kept' ? desired : undefined);
    await this.start(file === 'kept' ? memory : undefined);
  }

  async stop(): Promise<void> {
    const stopped = this.reconciler.stop();
    await this.clock.rest();
    await stopped;
    await this.observer.stop();
  }

  async hear(...apps: AppGeneration[]): Promise<void> {
    for (const app of apps) this.desired.hearApp(STORE, app);
    this.reconciler.wake();
    await this.clock.rest();
  }

  /** Makes the app as it says, and waits until it is. */
  async has(spec: AppSpec, generation = 1): Promise<void> {
    await this.hear(generationOf(spec, generation));
    await this.converged(spec.name, generation);
  }

  /** @returns how long it took, ms */
  async converged(app = 'web', generation?: number, ms = 10_000): Promise<number> {
    const is = (): boolean => {
      const report = this.reports.get(app);
      return report?.state === 'converged' && (generation === undefined || report.generation === generation);
    };
    return this.clock.until(`${app} ${generation ?? ''} converged`, is, ms);
  }

  report(app = 'web'): AppReport {
    const report = this.reports.get(app);
    if (!report) throw new Error(`no report of ${app}`);
    return report;
  }

  /** All containers that Nebula made of the app, by name. */
  of(app = 'web'): FakeContainer[] {
    const own = this.runtime.machine.all().filter(({ spec }) => spec.labels[LABELS.app] === app);
    return own.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** `web-1 running`, …: what a person sees. */
  seen(app = 'web'): string[] {
    return this.of(app).map(({ name, state }) => `${name} ${state}`);
  }

  ids(app = 'web'): string[] {
    return this.of(app).map(({ id }) => id);
  }
}
