import {
  type AppGeneration,
  type AppSpec,
  type HostPort,
  LABELS,
  markLabel,
  overlap,
  type Ownership,
  portNumberText,
  sparse,
} from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ContainerSpec, ObservedContainer, ObservedNetwork } from '../runtime';
import { Breach } from './breach.arbitrary';
import type { LastEnd, Making } from './history';
import { holdsPorts, isUp } from './owned-container';
import type { Action, Attempt, ImageMemory, Plan, Proven, Subject, Target } from './plan';
import type { EngineView } from './engine-view';
import type { Ours } from './ours';
import { type PlanInput, plan } from './planner';
import { PaperVolumes } from './paper-volumes.arbitrary';

export const INSTALLATION = 'paper';
export const STORE = 'store-1';

export function generationOf(spec: AppSpec, generation: number, more: Partial<AppGeneration> = {}): AppGeneration {
  const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', actor: 'test' };
  const counters = { bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { name: spec.name, generation, deleted: false, spec: sparse(spec), ...times, ...counters, ...more };
}

export function tombstoneOf(name: string, generation: number): AppGeneration {
  return { ...generationOf({ name, image: 'x' }, generation), deleted: true, spec: undefined };
}

/**
 * A Docker host on paper: carries plans out an action at a time, in any order that the plan allows, and protests at every
 * action that a real Engine would refuse or an owner would mind. Far less than the fake runtime, and far quicker.
 */
export class PaperHost {
  readonly containers = new Map<string, ObservedContainer>();
  readonly networks: ObservedNetwork[] = ['bridge', 'host', 'none'].map((name, i) => ({
    id: `net${i}`,
    name,
    labels: {},
  }));
  readonly images = new Map<string, string>();
  readonly attempts = new Map<string, Map<Subject, Attempt>>();
  readonly fetching = new Map<string, number>();
  memory = new Map<string, ImageMemory>();
  claims: ReadonlyMap<string, string> = new Map();
  readonly volumes = new PaperVolumes();
  /** Origins of what it knows for its own, by id. */
  own = new Map<string, string>();
  /** Ids of copies that somebody made of ours. */
  readonly copies = new Set<string>();
  now = Date.UTC(2030, 0, 1);
  readonly busy = new Set<string>();
  /** Host ports of Nebula's own; absent: it has none here. */
  ownPorts?: readonly HostPort[];
  pulls = 0;
  maxRestartWait = 0;
  settleMs = 5000;
  /** How containers ended that came back. */
  readonly ends = new Map<string, Partial<LastEnd>>();
  readonly provens = new Map<string, Proven[]>();
  private readonly since = new Map<string, number>();
  readonly makings = new Map<string, Making>();
  readonly restarting = new Map<string, number>();
  private made = 0;

  constructor(
    readonly desired = new DesiredState({ all: true, names: [] }),
    readonly engine = { cpus: 2, memoryBytes: 4 * 2 ** 30 },
  ) {}

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

  add(container: Partial<ObservedContainer> & { name: string }): ObservedContainer {
    const id = `c${++this.made}`;
    const limits = { nanoCpus: 0, memory: 0, restartPolicy: 'unless-stopped', others: [] };
    const plain = { image: 'x', imageId: 'i', labels: {}, ports: [], networks: [], restartCount: 0, limits };
    const whole: ObservedContainer = {
      id,
      state: 'running',
      createdAt: new Date(this.now + this.made).toISOString(),
      ...plain,
      ...container,
    };
    this.containers.set(id, whole);
    this.makings.set(id, { limits: whole.limits });
    if (whole.state === 'running') this.since.set(id, this.now - 10_000);
    return whole;
  }

  /** One of ours, as an owner would have made it. */
  addOwn(
    owner: Partial<Ownership> & { app: string; ordinal: number },
    more: Partial<ObservedContainer> = {},
  ): ObservedContainer {
    const whole = { installation: INSTALLATION, store: STORE, generation: 1, settings: '1:old', ...owner };
    const labels = {
      [LABELS.installation]: whole.installation,
      [LABELS.store]: whole.store,
      [LABELS.app]: whole.app,
      [LABELS.generation]: String(whole.generation),
      [LABELS.ordinal]: String(whole.ordinal),
      [LABELS.settings]: whole.settings,
    };
    return this.add({ name: `${owner.app}-${owner.ordinal}`, labels, ...more });
  }

  /** One more that we made, like another one of ours. */
  addDouble(
    of: ObservedContainer,
    name: string,
    made: number,
    createdAt = new Date(made).toISOString(),
  ): ObservedContainer {
    const { id: _, ...same } = of;
    return this.add({ ...same, name, createdAt, labels: { ...of.labels, ...markLabel(made) } });
  }

  /** What somebody makes of one of ours, with all that it is but its id and what Docker made for it. */
  copy(of: ObservedContainer, more: Partial<ObservedContainer> = {}): ObservedContainer {
    const { id: _, createdAt: __, ...same } = of;
    const copy = this.add({ ...same, name: `copy-${this.made}`, state: 'created', ...more, volumes: [] });
    this.copies.add(copy.id);
    return copy;
  }

  up(app: string): number {
    const ordinals = [...this.containers.values()]
      .filter((container) => container.labels[LABELS.app] === app && isUp(container))
      .filter(({ id }) => this.now - (this.since.get(id) ?? this.now) >= 1000)
      .map(({ labels }) => labels[LABELS.ordinal]);
    return new Set(ordinals).size;
  }

  state(id: string, state: ObservedContainer['state']): void {
    const container = this.get(id);
    this.containers.set(id, { ...container, state });
    if (state === 'running') this.since.set(id, this.now);
    else this.since.delete(id);
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

  private create(spec: ContainerSpec, networks: string[]): ObservedContainer {
    this.assertFree(spec.name);
    const limits = {
      nanoCpus: Math.round((spec.settings.resources.cpus ?? 0) * 1e9),
      memory: (spec.settings.resources.memoryMiB ?? 0) * 2 ** 20,
      restartPolicy: 'unless-stopped',
      others: [],
    };
    const { name, image, imageId } = spec;
    const volumes = this.volumes.mount(spec);
    const on = networks.map((network) => ({
      id: this.networks.find((n) => n.name === network)?.id ?? '?',
      name: network,
    }));
    const labels = { ...spec.labels, ...markLabel(this.now) };
    const common = { name, image, imageId, labels, limits, ports: spec.settings.ports, networks: on, volumes };
    return this.add({ ...common, state: 'created' });
  }

  private start(id: string): void {
    const container = this.get(id);
    const ports = Map.groupBy(container.ports, portNumberText);
    const isWanted = (held: HostPort): boolean =>
      !!ports.get(portNumberText(held))?.some(({ hostIp }) => overlap(hostIp, held.hostIp));
    for (const other of this.containers.values()) {
      const clash = other.id !== id && holdsPorts(other) && other.ports.some(isWanted);
      if (clash) throw new Breach(`${container.name} is started on a port that ${other.name} holds`);
      if (other.id !== id && holdsPorts(other)) this.volumes.assertAlone(container, other);
    }
    const gone = container.networks.find(
      (on) =>
        on.name !== 'bridge' &&
        on.name !== 'host' &&
        on.name !== 'none' &&
        !this.networks.some(({ id }) => id === on.id),
    );
    if (gone) throw new Breach(`${container.name} is started on network ${gone.name}, which is gone`);
    this.state(id, 'running');
  }

  private remove(id: string): void {
    if (holdsPorts(this.get(id))) throw new Breach(`${this.get(id).name} is removed while it runs`);
    this.containers.delete(id);
  }

  private rename(id: string, name: string): void {
    this.assertFree(name);
    this.containers.set(id, { ...this.get(id), name });
  }

  private connect(id: string, network: string): void {
    const container = this.get(id);
    const found = this.networks.find(({ name }) => name === network);
    if (!found) throw new Breach(`${container.name} is connected to ${network}, which is not there`);
    this.containers.set(id, { ...container, networks: [...container.networks, { id: found.id, name: network }] });
  }

  private disconnect(id: string, network: string): void {
    const container = this.get(id);
    this.containers.set(id, { ...container, networks: container.networks.filter(({ name }) => name !== network) });
  }

  private assertFree(name: string): void {
    const holder = [...this.containers.values()].find((container) => container.name === name);
    if (holder) throw new Breach(`the name ${name} is held by ${holder.id}`);
  }

  private assertOurs(id: string): void {
    const { labels, name } = this.get(id);
    if (this.copies.has(id)) throw new Breach(`${name} is a copy, and not ours to touch`);
    const ours = labels[LABELS.installation] === INSTALLATION && labels[LABELS.store] === STORE;
    if (!ours) throw new Breach(`${name} is not ours to touch`);
  }

  private get(id: string): ObservedContainer {
    const container = this.containers.get(id);
    if (!container) throw new Breach(`container ${id} is not there`);
    return container;
  }
}
