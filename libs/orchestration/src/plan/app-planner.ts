import { type App, type AppGeneration, countOn, overlap, portNumberText } from '@nebula/domain';
import { ActionList } from './action-list';
import { bringUp, type BringUpContext, missingNetworks, revive, takeAway } from './bring-up';
import { type Clash, type ClashContext, isWantedByOthers, nameClash, portClash, portsAreFree } from './clash';
import { finalName, type Identity, portsOf } from './container-spec';
import { isBeyondHelp, warningsOf, whyReplace } from './drift';
import type { History } from './history';
import { decideImage, type ImageDecision, type ImageHistory } from './image';
import { holdsPorts, isUp, type OwnedContainer, runs } from './owned-container';
import type { AppPlan, ImageMemory, Subject } from './plan';
import { readApp } from './readable-app';
import { removeVolumes, whyUnneeded } from './remove-volumes';
import { chooseSlots } from './replacement';
import type { Settings } from './settings';
import { Settling } from './settling';
import type { SlotVolumes } from './slot-volumes';
import { containersOf, isEmpty, keeperRuns, type Slot, slotsOf, takesDown } from './slots';
import { staleNetworks } from './stale-networks';
import { VerdictBuilder } from './verdict';
import { wishedPorts } from './wished-ports';

export interface AppPlanContext {
  identity: Identity;
  engine: { cpus: number; memoryBytes: number };
  clashes: ClashContext;
  history: History;
  volumes: SlotVolumes;
  /** What did not yet run on this host must run so long before it counts, ms. */
  settleMs: number;
  now: number;
  /** What hinders this app waits for its host ports: they are let go, though there are no others for it yet. */
  letsGo?: boolean;
}

/** How many containers the app has on this Engine. */
export const wantedCount = (app: App, engine: AppPlanContext['engine']): number =>
  app.running ? countOn(app.containersPer, engine) : 0;

/** Plans one app that is wanted on this host, stopped ones included. */
export function planApp(generation: AppGeneration, context: AppPlanContext): AppPlan {
  const readable = readApp(generation);
  const common = { app: generation.name, generation: generation.generation };
  if ('unreadable' in readable) {
    const error = readable.unreadable;
    return { ...common, actions: [], verdict: { state: 'failed', reason: 'newer-worker-needed', error } };
  }
  return { ...common, ...new AppPlanner(generation, readable.app, readable.settings, context).plan() };
}

class AppPlanner {
  private readonly list = new ActionList();
  private readonly verdict = new VerdictBuilder();
  private readonly waitsFor = new Set<string>();
  private readonly containers: readonly OwnedContainer[];
  private readonly count: number;
  private readonly impossible: ReadonlyMap<number, string>;
  private settling?: Settling;

  constructor(
    private readonly generation: AppGeneration,
    private readonly app: App,
    private readonly settings: Settings,
    private readonly context: AppPlanContext,
  ) {
    this.containers = context.clashes.view.running.get(app.name) ?? [];
    this.count = wantedCount(app, context.engine);
    this.impossible = wishedPorts(app, this.count).impossible;
  }

  plan(): Omit<AppPlan, 'app' | 'generation'> {
    const image = this.planContainers();
    this.planVolumes();
    if (this.list.actions.length > 0) this.verdict.converges();
    const waitsFor = this.waitsFor.size > 0 ? this.waitsFor : undefined;
    const { proven, wakeAt } = this.settling ?? {};
    return {
      actions: this.list.actions,
      verdict: this.verdict.verdict(),
      image,
      ...(waitsFor && { waitsFor }),
      ...(proven && { proven }),
      ...(wakeAt !== undefined && { wakeAt }),
    };
  }

  private planVolumes(): void {
    const { app, list, containers, context } = this;
    // A stopped app's wait for its next start.
    const count = countOn(app.containersPer, context.engine);
    removeVolumes(context.volumes.of(app.name), list, {
      view: context.clashes.view,
      backsOff: (subject) => this.backsOff(subject),
      why: whyUnneeded({ bornAt: this.generation.bornAt, count, containers }, list),
    });
  }

  private planContainers(): ImageMemory | undefined {
    if (this.count === 0) {
      takeAway(this.containers, 'the app is stopped', this.list, this.app.stop);
      if (this.containers.length > 0) this.verdict.converges();
      const remembered = this.context.history.image(this.app.name);
      // A start makes new containers: with pull policy `always` it asks for a pull.
      return remembered && { ...remembered, settings: '' };
    }
    const { app, generation, settings, containers } = this;
    const decision = decideImage(generation, app, settings, this.imageHistory(), containers);
    if ('fetch' in decision) this.fetchImage(decision);
    else this.planSlots(decision.known);
    return 'known' in decision ? decision.known : undefined;
  }

  private imageHistory(): ImageHistory {
    const { history } = this.context;
    const { name, generation } = this.generation;
    const hasFailed = history.attempt(name, 'image') !== undefined;
    const isUnderWay = (history.fetching(name) ?? generation) < generation;
    return { remembered: history.image(name), hasFailed, isUnderWay };
  }

  /** The image comes before anything else that needs it; until then, and if it does not come, what there is goes on. */
  private fetchImage({ fetch, cause, meanwhile }: Extract<ImageDecision, { fetch: unknown }>): void {
    this.verdict.converges();
    if (meanwhile) this.planSlots(meanwhile);
    const isOwed = meanwhile !== undefined && fetch.mode === 'pull';
    const waits = this.backsOff('image', isOwed ? 'the pull that was asked for is still owed: ' : '');
    if (!meanwhile) this.reviveAll();
    // What only the host is asked waits for no registry.
    if (waits || (fetch.mode !== 'local' && this.context.history.fetching(this.app.name) !== undefined)) return;
    this.list.add({ kind: 'fetch-image', subject: 'image', reference: this.app.image, ...fetch, cause, after: [] });
  }

  private reviveAll(): void {
    const best = [...Map.groupBy(this.containers, ({ owner }) => owner.ordinal).values()].map((all) => all[0]);
    for (const container of best) {
      if (container && this.canGoOn(container)) revive(container, this.list, this.onNetworks());
    }
  }

  private canGoOn(container: OwnedContainer): boolean {
    if (this.backsOff(container.owner.ordinal)) return false;
    if (staleNetworks(container, this.context.clashes.view).some((network) => this.backsOff(`network ${network}`))) {
      return false;
    }
    return container.state === 'paused' || portsAreFree(this.app.name, container.ports, this.context.clashes);
  }

  private planSlots(image: ImageMemory): void {
    const { app, settings, context } = this;
    const { view } = context.clashes;
    const why = (container: OwnedContainer): string | undefined =>
      whyReplace(container, app, settings, image.id, context.history.making(container.id)) ??
      (this.isBeyondHelp(container) ? 'the Engine cannot bring it up any more' : undefined);
    const { slots, surplus } = slotsOf(this.count, this.containers, why);
    const possible = slots.filter((slot) => this.needsWork(slot) && !this.isHindered(slot));
    const candidates = possible.filter((slot) => !this.mustWait(slot));
    const settling = new Settling({ name: app.name, settings, imageId: image.id }, this.containers, context);
    this.settling = settling;
    // A new one that comes back again and again is no step forward: nothing more is taken down for it.
    const settled = (container: OwnedContainer): boolean =>
      settling.isSettled(container) && (why(container) !== undefined || settling.doubt(container) === undefined);
    const { chosen, stuck } = chooseSlots(slots, candidates, { app, view, settled });
    if (stuck) {
      const error = `each step of this rolling change would take down more than maxUnavailable (${app.rolling?.maxUnavailable}) containers`;
      this.verdict.failed({ reason: 'rolling-stuck', error });
    }
    if (chosen.length < candidates.length) this.verdict.converges();
    const goable = surplus.filter(({ owner }) => !this.backsOff(owner.ordinal));
    bringUp(chosen, goable, this.list, this.bringUpContext(image));
    if (chosen.length < slots.length) this.reviveOthers(slots, chosen);
    if (context.letsGo && chosen.length === 0) this.letGo(slots);
    for (const { keeper } of slots) if (keeper) this.judge(keeper, settling);
  }

  private isBeyondHelp(container: OwnedContainer): boolean {
    return isBeyondHelp(container, this.context.history, this.context.now);
  }

  private judge(keeper: OwnedContainer, settling: Settling): void {
    this.verdict.judge(keeper, settling.isSettled(keeper), settling.doubt(keeper));
    this.verdict.warns(warningsOf(keeper, this.app, this.context.history.making(keeper.id)));
  }

  /** Their turn has not come, or something is in their way: until then their old containers do what they did. */
  private reviveOthers(slots: readonly Slot[], chosen: readonly Slot[]): void {
    const down = slots.filter((slot) => !isEmpty(slot) && !containersOf(slot).some(runs));
    const others = down.filter((slot) => !chosen.includes(slot));
    if (others.length === 0) return;
    const wanted = Map.groupBy(
      chosen.flatMap(({ ordinal }) => portsOf(this.app, ordinal)),
      portNumberText,
    );
    for (const slot of others) {
      const best = containersOf(slot)[0]!;
      const isInTheWay = best.ports.some((port) =>
        wanted.get(portNumberText(port))?.some(({ hostIp }) => overlap(hostIp, port.hostIp)),
      );
      if (!isInTheWay && this.canGoOn(best)) revive(best, this.list, this.onNetworks());
    }
  }

  /** One at a time where few may be down: its new one comes up before the next. */
  private letGo(slots: readonly Slot[]): void {
    const up = slots.filter((slot) => containersOf(slot).some(holdsPorts));
    if (this.app.rolling && up.length < slots.length) return;
    const wanted = ({ ports }: OwnedContainer): boolean => isWantedByOthers(this.app.name, ports, this.context.clashes);
    const held = up
      .map((slot) => slot.olds.filter((old) => holdsPorts(old) && wanted(old)))
      .filter(({ length }) => length);
    const going = this.app.rolling ? held.slice(0, 1) : held;
    takeAway(going.flat(), 'another app waits for its ports, and it for that one', this.list, this.app.stop);
  }

  private bringUpContext(image: ImageMemory): BringUpContext {
    const { identity, clashes } = this.context;
    const { app, generation } = this;
    const { view } = clashes;
    const { volumes } = this.context;
    const isBeyondHelp = (container: OwnedContainer): boolean => this.isBeyondHelp(container);
    const settings = this.settings.hash;
    return { identity, generation, app, settings, imageId: image.id, view, volumes, isBeyondHelp };
  }

  private onNetworks(): Pick<BringUpContext, 'app' | 'view'> {
    return { app: this.app, view: this.context.clashes.view };
  }

  private needsWork(slot: Slot): boolean {
    const { keeper } = slot;
    if (!keeper || slot.olds.length > 0) return true;
    if (!runs(keeper)) return true;
    if (keeper.name !== finalName(this.app.name, slot.ordinal)) return true;
    return missingNetworks(keeper, this.onNetworks()).length > 0;
  }

  /** Backing off, or in the way of something that is not this app's. */
  private isHindered(slot: Slot): boolean {
    if (this.backsOff(slot.ordinal)) return true;
    if (this.app.networks.some((network) => this.backsOff(`network ${network}`))) return true;
    const clash = this.clashOf(slot);
    if (!clash) return false;
    const { reason, error, passing, holder } = clash;
    if (passing) this.verdict.converges({ reason, error });
    else this.verdict.failed({ reason, error, container: finalName(this.app.name, slot.ordinal) });
    if (passing && reason === 'port-taken' && holder !== undefined) this.waitsFor.add(holder);
    return true;
  }

  private clashOf(slot: Slot): Clash | undefined {
    const impossible = this.impossible.get(slot.ordinal);
    if (impossible) return { reason: 'port-taken', error: impossible, passing: false };
    const { clashes } = this.context;
    const name = nameClash(this.app.name, finalName(this.app.name, slot.ordinal), clashes);
    if (name || keeperRuns(slot)) return name;
    return portClash(this.app.name, portsOf(this.app, slot.ordinal), clashes);
  }

  /** Replacing is spread over hosts at random; first starts, repairs and what is down anyway are not. */
  private mustWait(slot: Slot): boolean {
    const takesUpDown = takesDown(slot) && slot.olds.some(isUp);
    if (!takesUpDown) return false;
    const until = this.context.history.releaseAt(this.app.name, this.generation.generation);
    if (until <= this.context.now) return false;
    this.verdict.waits({ reason: 'spread', until });
    return true;
  }

  private backsOff(subject: Subject, prefix = ''): boolean {
    const attempt = this.context.history.attempt(this.app.name, subject);
    if (attempt?.generation !== this.generation.generation) return false;
    this.verdict.failedAttempt({ ...attempt, error: `${prefix}${attempt.error}` });
    return attempt.retryAt > this.context.now;
  }
}
