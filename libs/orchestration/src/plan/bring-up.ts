import type { App, AppGeneration } from '@nebula/domain';
import type { Stopping } from '../runtime';
import type { ActionList } from './action-list';
import { aliasesOn, containerSpec, finalName, type Identity, interimName, portsOf } from './container-spec';
import type { EngineView } from './engine-view';
import { holdsPorts, type OwnedContainer } from './owned-container';
import type { Target } from './plan';
import type { SlotVolumes } from './slot-volumes';
import type { Slot } from './slots';
import { staleNetworks } from './stale-networks';

export interface BringUpContext {
  identity: Identity;
  generation: AppGeneration;
  app: App;
  settings: string;
  imageId: string;
  view: EngineView;
  volumes: SlotVolumes;
  /** Nothing of it runs, whatever its state: there is nothing to stop, and it is in the way of what comes. */
  isBeyondHelp(container: OwnedContainer): boolean;
}

type OnNetworks = Pick<BringUpContext, 'app' | 'view'>;
type Created = Extract<Target, { createdBy: number }>;

/** What the first half of a slot's work left for the second. */
interface Prepared {
  slot: Slot;
  target: Target;
  after: number[];
}

/**
 * The actions that bring slots to their keepers. New containers are made, on all their networks, while the old ones still
 * run, under an interim name: so the time without either is what the Engine needs to stop one and start the other.
 */
export function bringUp(
  slots: readonly Slot[],
  surplus: readonly OwnedContainer[],
  list: ActionList,
  context: BringUpContext,
): void {
  const networks = makeNetworks(slots, list, context);
  for (const container of surplus) stop(container, 'above the count', [], list, context.app);
  const prepared = slots.map((slot) => prepare(slot, networks, list, context));
  for (const item of prepared) finish(item, list, context);
  for (const container of surplus) remove(container, 'above the count', list.stopOf(container.id), list);
  for (const item of prepared) name(item, list, context);
}

/** Takes containers away for good, all at the same time. */
export function takeAway(containers: readonly OwnedContainer[], cause: string, list: ActionList, how: Stopping): void {
  for (const container of containers) stop(container, cause, [], list, { stop: how });
  for (const container of containers) remove(container, cause, list.stopOf(container.id), list);
}

/** Brings an old container back to life as it is, while nothing newer can take its place. */
export function revive(container: OwnedContainer, list: ActionList, context: OnNetworks): void {
  const common = { subject: container.owner.ordinal, cause: `it is ${container.state}`, target: targetOf(container) };
  if (container.state === 'paused') list.add({ kind: 'unpause', ...common, after: [] });
  if (container.state !== 'exited' && container.state !== 'created') return;
  const { app, view } = context;
  const again = staleNetworks(container, view).filter(
    (network) => app.networks.includes(network) || view.networkId(network) !== undefined,
  );
  list.add({ kind: 'start', ...common, after: putOn(again, container, list, context) });
}

function makeNetworks(slots: readonly Slot[], list: ActionList, { app, view }: BringUpContext): number[] {
  const needed = slots.length > 0 ? app.networks.filter((network) => network !== 'host' && network !== 'none') : [];
  return needed.flatMap((network) => makeNetwork(network, list, view));
}

/** @returns the action that makes it; empty: it is there */
function makeNetwork(network: string, list: ActionList, view: EngineView): number[] {
  if (view.networkId(network) !== undefined) return [];
  const known = list.actions.findIndex((action) => action.kind === 'make-network' && action.network === network);
  if (known >= 0) return [known];
  return [list.add({ kind: 'make-network', subject: `network ${network}`, network, cause: 'not found', after: [] })];
}

/** Takes a container off networks that are no more, and puts it on these. @returns what its start has to come after */
function putOn(networks: string[], container: OwnedContainer, list: ActionList, { app, view }: OnNetworks): number[] {
  const common = { subject: container.owner.ordinal, target: targetOf(container) };
  const off = new Map(
    staleNetworks(container, view).map((network) => {
      const cause = 'the one that it was on is gone';
      return [network, list.add({ kind: 'disconnect', ...common, network, cause, after: [] })];
    }),
  );
  const on = networks.map((network) => {
    const after = unique([...makeNetwork(network, list, view), ...(off.has(network) ? [off.get(network)!] : [])]);
    const aliases = aliasesOn(network, app);
    return list.add({ kind: 'connect', ...common, network, aliases, cause: 'it is not on this network', after });
  });
  return unique([...off.values(), ...on]);
}

function prepare(slot: Slot, networks: number[], list: ActionList, context: BringUpContext): Prepared {
  const { keeper } = slot;
  if (keeper) {
    const after = putOn(missingNetworks(keeper, context), keeper, list, context);
    for (const old of slot.olds) end(old, slot.cause, [], list, context);
    return { slot, target: targetOf(keeper), after };
  }
  const target = create(slot, networks, list, context);
  const after = [target.createdBy];
  for (const old of slot.olds) end(old, slot.cause, after, list, context);
  return { slot, target, after };
}

function create(slot: Slot, after: number[], list: ActionList, context: BringUpContext): Created {
  const { identity, generation, app, settings, imageId, view, volumes } = context;
  const final = finalName(app.name, slot.ordinal);
  const inherits = volumes.inheritance(app.name, slot, generation.bornAt);
  const taken = (name: string): boolean => view.named(name) !== undefined;
  const name = taken(final) ? interimName(app.name, slot.ordinal, generation.generation, taken) : final;
  const spec = containerSpec(identity, generation, app, slot.ordinal, { name, imageId, settings, inherits });
  const create = {
    kind: 'create',
    subject: slot.ordinal,
    spec,
    networks: app.networks,
    cause: slot.cause,
    after,
  } as const;
  return { createdBy: list.add(create), name };
}

function finish({ slot, target, after }: Prepared, list: ActionList, context: BringUpContext): void {
  const { keeper, ordinal, olds } = slot;
  const common = { subject: ordinal, target };
  let started: number[] = [];
  if (keeper?.state === 'paused') list.add({ kind: 'unpause', ...common, cause: 'it is paused', after: [] });
  if (!keeper || keeper.state === 'created' || keeper.state === 'exited') {
    const freed = [...olds, ...portHolders(slot, context)].flatMap(({ id }) => list.endOf(id));
    const cause = keeper ? `it is ${keeper.state}` : slot.cause;
    started = [list.add({ kind: 'start', ...common, cause, after: unique([...after, ...freed]) })];
  }
  for (const old of olds) {
    if (list.removalOf(old.id).length === 0) remove(old, slot.cause, [...list.stopOf(old.id), ...started], list);
  }
}

function portHolders(slot: Slot, { app, view }: BringUpContext): { id: string }[] {
  return portsOf(app, slot.ordinal).flatMap((port) => [...view.holding(port)]);
}

/** Gives it its final name, or, where another one of the app has that and waits for its own, frees the one it has. */
function name({ slot, target }: Prepared, list: ActionList, { app, view, generation }: BringUpContext): void {
  const final = finalName(app.name, slot.ordinal);
  if (target.name === final) return;
  const holder = view.named(final);
  const removal = holder ? list.removalOf(holder.id) : [];
  const made = 'createdBy' in target ? [target.createdBy] : [];
  const rename = { kind: 'rename', subject: slot.ordinal, target, cause: 'it has another name' } as const;
  if (!holder || removal.length > 0) {
    list.add({ ...rename, name: final, after: unique([...made, ...startOf(target, list), ...removal]) });
  } else if (!target.name.startsWith(`${final}.`)) {
    const interim = interimName(
      app.name,
      slot.ordinal,
      generation.generation,
      (taken) => view.named(taken) !== undefined,
    );
    list.add({ ...rename, name: interim, cause: `another container has the name ${final}`, after: made });
  }
}

const startOf = (target: Target, list: ActionList): number[] =>
  list.actions.flatMap((action, index) => (action.kind === 'start' && action.target === target ? [index] : []));

export function missingNetworks(container: OwnedContainer, { app, view }: OnNetworks): string[] {
  const stale = staleNetworks(container, view);
  return app.networks.filter((wanted) => {
    if (wanted === 'host' || wanted === 'none') return false;
    if (stale.includes(wanted)) return true;
    const id = view.networkId(wanted);
    return !container.networks.some((network) => network.name === wanted || network.id === id);
  });
}

function end(
  old: OwnedContainer,
  cause: string,
  after: number[],
  list: ActionList,
  { app, isBeyondHelp }: BringUpContext,
): void {
  if (isBeyondHelp(old)) remove(old, cause, after, list);
  else stop(old, cause, after, list, app);
}

function stop(
  container: OwnedContainer,
  cause: string,
  after: number[],
  list: ActionList,
  how: { stop: Stopping },
): void {
  if (!holdsPorts(container)) return;
  list.add({
    kind: 'stop',
    subject: container.owner.ordinal,
    target: targetOf(container),
    stop: how.stop,
    cause,
    after,
  });
}

function remove(container: OwnedContainer, cause: string, after: number[], list: ActionList): void {
  list.add({
    kind: 'remove',
    subject: container.owner.ordinal,
    target: targetOf(container),
    cause,
    after: unique(after),
  });
}

const targetOf = ({ id, name }: OwnedContainer): { id: string; name: string } => ({ id, name });

const unique = (indices: number[]): number[] => [...new Set(indices)].toSorted((a, b) => a - b);
