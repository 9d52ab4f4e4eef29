import type { AppGeneration, HostPort, Ownership } from '@nebula/domain';
import type { ObservedContainer, ObservedNetwork } from '../runtime';
import { type AppPlanContext, planApp, wantedCount } from './app-planner';
import { whoLetsGo } from './circles';
import { claimsOf, type PortWish, wantersOf } from './claims';
import type { Identity } from './container-spec';
import { EngineView, type WhatIsDesired } from './engine-view';
import type { History } from './history';
import { planLeaving } from './leaving-app';
import type { AppPlan, Plan } from './plan';
import { readApp } from './readable-app';
import { type SlotVolume, SlotVolumes } from './slot-volumes';
import { LOST_AFTER_MS } from './drift';
import { wishedPorts } from './wished-ports';

/** Everything that a plan is made of. Nothing else is looked at: the same input gives the same plan. */
export interface PlanInput {
  identity: Identity;
  engine: { cpus: number; memoryBytes: number };
  containers: Iterable<ObservedContainer>;
  networks: readonly ObservedNetwork[];
  desired: WhatIsDesired & {
    wanted(): readonly AppGeneration[];
    newest(app: string): AppGeneration | undefined;
  };
  history: History;
  /** Host ports that this very process listens on; absent: none. */
  ownPorts?: readonly HostPort[];
  /** Apps whose last plan is still being carried out: they are left alone. */
  busy: ReadonlySet<string>;
  /** What did not yet run on this host must run so long before it counts, ms. */
  settleMs: number;
  /** Milliseconds; only differences count. */
  now: number;
}

/** What to do on this host, now: from what is observed towards what is desired. Pure. */
export function plan(input: PlanInput): Plan & { view: EngineView } {
  const { identity, history, now, desired } = input;
  const view = new EngineView(identity.installation, input.containers, input.networks, desired, history);
  const wanted = desired.wanted();
  const wanters = wantersOf(wanted.flatMap((app) => wishOf(app, input)));
  const claims = claimsOf(wanters, view, (port) => history.claim(port));
  const volumes = new SlotVolumes(view, remembered(input), desired);
  const failed = new Set<string>();
  const troubled = (app: string): boolean => failed.has(app) || history.attempts(app).length > 0;
  const context: AppPlanContext = {
    identity,
    engine: input.engine,
    clashes: { view, claims, wanters, ownPorts: input.ownPorts ?? [], troubled },
    history,
    volumes,
    settleMs: input.settleMs,
    now,
  };

  const older = new Set(
    view.kept.filter(({ reason }) => reason === 'older-store').map(({ container }) => container.owner.app),
  );
  const idle = wanted.filter(({ name }) => !input.busy.has(name));
  const planOne = (app: AppGeneration, letsGo = false): AppPlan =>
    older.has(app.name) ? planOlder(app) : planApp(app, { ...context, letsGo });
  const apps = planTogether(idle, planOne, failed);
  // By name: how the Engine lists containers is no matter.
  for (const name of [...new Set([...view.leaving.keys(), ...volumes.leavingApps()])].toSorted()) {
    if (input.busy.has(name)) continue;
    const containers = view.leaving.get(name) ?? [];
    const owners = [...containers, ...volumes.leavingOf(name)];
    const leaving = planLeaving(desired.newest(name) ?? unheardOf(name, owners), containers, context);
    // Volumes that somebody else works with stay for now: the app itself has left.
    const isThere = containers.length > 0 || leaving.actions.length > 0 || leaving.verdict.state === 'failed';
    if (isThere) apps.push(leaving);
  }
  return { apps, claims, volumes: volumes.known, view, wakeAt: wakeAt(apps, input, view) };
}

const remembered = ({ identity, history }: PlanInput): SlotVolume[] =>
  [...history.volumes()].filter(({ owner }) => owner.installation === identity.installation);

/** What hinders one app is another's: their plans depend on each other's. @param failed gains those that have failed */
function planTogether(
  idle: readonly AppGeneration[],
  planOne: (app: AppGeneration, letsGo?: boolean) => AppPlan,
  failed: Set<string>,
): AppPlan[] {
  let apps = idle.map((app) => planOne(app));
  // Who waits for what a failed app holds has failed too, and so on along the chain.
  for (let known = -1; known < failed.size;) {
    known = failed.size;
    for (const { app, verdict } of apps) if (verdict.state === 'failed') failed.add(app);
    apps = apps.map((plan, index) => (isWaitingForAnother(plan) ? planOne(idle[index]!) : plan));
  }
  const going = whoLetsGo(new Map(apps.flatMap(({ app, waitsFor }) => (waitsFor ? [[app, waitsFor]] : []))));
  return apps.map((plan, index) => (going.has(plan.app) ? planOne(idle[index]!, true) : plan));
}

const isWaitingForAnother = ({ verdict: { state, reason } }: AppPlan): boolean =>
  state === 'converging' && (reason === 'port-taken' || reason === 'name-taken');

/** The store was restored from a backup: it does not know the settings that run here, so nothing is put beside them. */
function planOlder({ name, generation }: AppGeneration): AppPlan {
  const error = 'its containers are of a newer generation than the store knows: they are kept as they are';
  return { app: name, generation, actions: [], verdict: { state: 'failed', reason: 'older-store', error } };
}

/** An app that is on its way out although no generation of it was ever heard: this worker was started with another list. */
function unheardOf(name: string, containers: readonly { owner: Ownership }[]): AppGeneration {
  const generation = Math.max(...containers.map(({ owner }) => owner.generation));
  const nobody = { createdAt: '', updatedAt: '', actor: '', bornAt: generation, restartedAt: 0, pulledAt: 0 };
  return { name, generation, deleted: false, ...nobody };
}

function wishOf(generation: AppGeneration, { engine }: PlanInput): PortWish[] {
  const readable = readApp(generation);
  if ('unreadable' in readable) return [];
  const { app } = readable;
  const { ports } = wishedPorts(app, wantedCount(app, engine));
  return ports.length > 0 ? [{ app: app.name, ports }] : [];
}

/** The first moment after now at which the plan may be another, with nothing new observed or heard. */
function wakeAt(apps: readonly AppPlan[], { history, now }: PlanInput, view: EngineView): number | undefined {
  let first = Infinity;
  const consider = (time: number | undefined): void => {
    if (time !== undefined && time > now && time < first) first = time;
  };
  for (const { app, verdict, wakeAt } of apps) {
    consider(verdict.until);
    consider(wakeAt);
    for (const [, { retryAt }] of history.attempts(app)) consider(retryAt);
  }
  for (const containers of view.running.values()) {
    for (const { id } of containers) {
      const restarting = history.restartingSince(id);
      if (restarting !== undefined) consider(restarting + LOST_AFTER_MS);
    }
  }
  return first === Infinity ? undefined : first;
}
