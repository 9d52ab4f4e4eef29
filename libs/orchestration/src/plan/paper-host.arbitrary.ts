import { type AppGeneration, type AppSpec, type HostPort, sparse } from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ObservedContainer } from '../runtime';
import { Breach } from './breach.arbitrary';
import type { EngineView } from './engine-view';
import type { LastEnd } from './history';
import type { Ours } from './ours';
import { INSTALLATION, PaperEngine, STORE } from './paper-engine.arbitrary';
import type { Action, Attempt, ImageMemory, Plan, Proven, Subject, Target } from './plan';
import { type PlanInput, plan } from './planner';

export function generationOf(spec: AppSpec, generation: number, more: Partial<AppGeneration> = {}): AppGeneration {
  const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', actor: 'test' };
  const counters = { bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { name: spec.name, generation, deleted: false, spec: sparse(spec), ...times, ...counters, ...more };
}

export function tombstoneOf(name: string, generation: number): AppGeneration {
  return { ...generationOf({ name, image: 'x' }, generation), deleted: true, spec: undefined };
}

/** A Docker host on paper: plans, carries plans out an action at a time, in any order that the plan allows, and remembers. */
export class PaperHost extends PaperEngine {
  readonly images = new Map<string, string>();
  readonly attempts = new Map<string, Map<Subject, Attempt>>();
  readonly fetching = new Map<string, number>();
  memory = new Map<string, ImageMemory>();
  claims: ReadonlyMap<string, string> = new Map();
  /** Origins of what it knows for its own, by id. */
  own = new Map<string, string>();
  readonly busy = new Set<string>();
  /** Host ports of Nebula's own; absent: it has none here. */
  ownPorts?: readonly HostPort[];
  pulls = 0;
  maxRestartWait = 0;
  settleMs = 5000;
  /** How containers ended that came back. */
  readonly ends = new Map<string, Partial<LastEnd>>();
  readonly provens = new Map<string, Proven[]>();
  readonly restarting = new Map<string, number>();

  constructor(
    readonly desired = new DesiredState({ all: true, names: [] }),
    readonly engine = { cpus: 2, memoryBytes: 4 * 2 ** 30 },
  ) {
    super();
  }

  hear(...apps: AppGeneration[]): this {
    for (const app of apps) this.desired.hearApp(STORE, app);
    return this;
  }

  plan(containers: ObservedContainer[] = [...this.containers.values()]): Plan & { view: EngineView } {
    return plan({
      identity: { installation: INSTALLATION, store: STORE },
      engine: this.engine,
      containers,
      networks: this.networks,
      desired: this.desired,
      busy: this.busy,
      ...(this.ownPorts && { ownPorts: this.ownPorts }),
      settleMs: this.settleMs,
      now: this.now,
      history: this.history(),
    });
  }

  /** @param pick chooses among the actions that may be next; @param most ends as kill -9 would, after so many */
  carryOut(made: Plan & { view: EngineView }, pick: (choices: number) => number = () => 0, most = Infinity): void {
    this.claims = made.claims;
    this.volumes.remembered = made.volumes;
    this.remember(made.view.ours);
    const runs = made.apps.map((app) => ({ app, done: new Set<number>(), ids: new Map<number, string>() }));
    for (const { app } of runs) {
      if (app.image) this.memory.set(app.app, app.image);
      if (app.proven) this.provens.set(app.app, [app.proven, ...(this.provens.get(app.app) ?? [])]);
    }
    for (let carried = 0; carried < most; carried++) {
      const ready = runs.flatMap((run) =>
        run.app.actions.flatMap((action, index) => {
          const free = !run.done.has(index) && action.after.every((before) => run.done.has(before));
          return free ? [{ run, action, index }] : [];
        }),
      );
      if (ready.length === 0) return;
      const next = ready[pick(ready.length)] as (typeof ready)[number];
      this.act(next.run.app.app, next.action, next.index, next.run.ids);
      next.run.done.add(next.index);
    }
  }

  /** What the worker keeps of each look at the host, whether it then does something or not. */
  look(): void {
    this.volumes.remembered = this.plan().volumes;
  }

  /** All that the worker kept is gone. */
  loseFile(): void {
    this.memory.clear();
    this.claims = new Map();
    this.own.clear();
    this.volumes.forget();
  }

  /** Plans and carries out, time passing, until a plan is empty. @returns how many rounds it took */
  settle(pick?: (choices: number) => number, check: () => void = () => undefined): number {
    for (let round = 0; round < 200; round++) {
      const next = this.plan();
      this.volumes.remembered = next.volumes;
      check();
      this.carryOut(next, pick);
      if (next.apps.every(({ actions }) => actions.length === 0) && next.wakeAt === undefined) return round;
      this.now += 1100;
    }
    throw new Breach(`it never comes to rest:\n${JSON.stringify(this.plan().apps.map((app) => app.verdict))}`);
  }

  private remember({ own, copies }: Ours): void {
    const there = new Set([...own, ...copies].map(({ origin }) => origin));
    for (const [id, origin] of this.own) if (!there.has(origin)) this.own.delete(id);
    for (const { id, origin } of own) this.own.set(id, origin);
  }

  private history(): PlanInput['history'] {
    const origins = new Set(this.own.values());
    return {
      image: (app) => this.memory.get(app),
      fetching: (app) => this.fetching.get(app),
      attempt: (app, subject) => this.attempts.get(app)?.get(subject),
      attempts: (app) => [...(this.attempts.get(app) ?? [])],
      claim: (port) => this.claims.get(port),
      isOwn: (id) => this.own.has(id),
      knowsOrigin: (origin) => origins.has(origin),
      volumes: () => this.volumes.remembered.values(),
      restartingSince: (id) => this.restarting.get(id),
      making: (id) => this.makings.get(id),
      runningSince: (id) => this.since.get(id),
      lastEnd: (id) => this.lastEnd(id),
      proven: (app) => this.provens.get(app) ?? [],
      releaseAt: () => this.now + this.maxRestartWait,
    };
  }

  private lastEnd(id: string): LastEnd | undefined {
    const { restartCount, exitCode, oomKilled = false } = this.get(id);
    const end = this.ends.get(id);
    return restartCount > 0 || end
      ? { returns: restartCount, livedMs: Infinity, exitCode, oomKilled, ...end }
      : undefined;
  }

  private act(app: string, action: Action, index: number, ids: Map<number, string>): void {
    const idOf = (target: Target): string => ('id' in target ? target.id : (ids.get(target.createdBy) ?? ''));
    if ('target' in action) this.assertOurs(idOf(action.target));
    switch (action.kind) {
      case 'fetch-image':
        return this.fetch(app, action);
      case 'make-network':
        return void this.networks.push({
          id: `made-${action.network}-${++this.made}`,
          name: action.network,
          labels: {},
        });
      case 'create':
        return void ids.set(index, this.create(action.spec, action.networks).id);
      case 'start':
        return this.start(idOf(action.target));
      case 'stop':
        return this.state(idOf(action.target), 'exited');
      case 'unpause':
        return this.state(idOf(action.target), 'running');
      case 'remove':
        return this.remove(idOf(action.target));
      case 'rename':
        return this.rename(idOf(action.target), action.name);
      case 'connect':
        return this.connect(idOf(action.target), action.network);
      case 'disconnect':
        return this.disconnect(idOf(action.target), action.network);
      case 'remove-volume':
        return this.volumes.remove(action.volume, this.containers.values());
    }
  }

  private fetch(app: string, { reference, mode, otherwise, serves }: Extract<Action, { kind: 'fetch-image' }>): void {
    if (mode === 'pull') this.pulls++;
    this.memory.set(app, {
      reference,
      id: this.images.get(reference) ?? otherwise ?? `image of ${reference}`,
      ...serves,
    });
  }
}
