import type { Schemas } from '@nebula/client';
import { type App, countOn, resolveApp, parseAppSpec } from '@nebula/domain';
import type { Host } from './host';
import type { Seen } from './machine';
import type { Person } from './person';

type AppDocument = Schemas['AppDocument'];

/** What the api says should be, as against what is: worked out without any part of the worker. */
interface Wanted {
  app: App;
  generation: number;
}

/** Hosts, and a person who asks the api about them. */
interface Installation {
  hosts: readonly Host[];
  person: Person;
}

/** @returns what is not yet as the api's documents say, on the machines and in the status; none: all is */
export async function differences(fleet: Installation): Promise<string[]> {
  const [documents, groups] = await Promise.all([fleet.person.apps(), fleet.person.groups()]);
  const lists = new Map(groups.map((group) => [group.name, group.apps]));
  const wanted = documents.map((document) => ({ app: appOf(document), generation: document.generation }));
  const selected = (host: Host): Wanted[] => {
    const { all, names, group } = host.selection;
    const list = new Set([...names, ...((group !== undefined && lists.get(group)) || [])]);
    return wanted.filter(({ app }) => all || list.has(app.name));
  };
  const living = fleet.hosts.filter(({ alive }) => alive);
  const onMachines = living.flatMap((host) => differencesOn(host, selected(host)));
  if (onMachines.length > 0) return onMachines;
  const hostsOf = ({ app }: Wanted) => living.filter((host) => selected(host).some((one) => one.app.name === app.name));
  return (await Promise.all(wanted.map((one) => statusDifferences(fleet, one, hostsOf(one))))).flat();
}

function appOf(document: AppDocument): App {
  const spec: Record<string, unknown> = { ...document };
  for (const added of ['generation', 'createdAt', 'updatedAt', 'rollout']) delete spec[added];
  return resolveApp(parseAppSpec(Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null))));
}

function differencesOn(host: Host, wanted: readonly Wanted[]): string[] {
  const expected = new Map(wanted.flatMap((one) => containersOf(one, host)));
  const seen = new Map(host.containers().map((container) => [container.name, container]));
  const surplus = [...seen.keys()]
    .filter((name) => !expected.has(name))
    .map((name) => `${host.id}: ${name} is too many`);
  const others = [...expected].flatMap(([name, app]) => {
    const container = seen.get(name);
    if (!container) return [`${host.id}: ${name} is missing`];
    return objectionsTo(container, app).map((objection) => `${host.id}: ${name} ${objection}`);
  });
  return [...surplus, ...others, ...mixedImages(host)];
}

function containersOf({ app }: Wanted, { machine }: Host): [string, App][] {
  const { cpus, memoryBytes } = machine.size;
  const count = app.running ? countOn(app.containersPer, { cpus, memoryBytes }) : 0;
  return Array.from({ length: count }, (_, index) => [`${app.name}-${index + 1}`, app]);
}

function objectionsTo({ state, image, env, hostPorts, owner }: Seen, app: App): string[] {
  const objections: string[] = [];
  if (state !== 'running') objections.push(`is ${state}`);
  if (image !== app.image) objections.push(`is of ${image}, not ${app.image}`);
  if (!same(env, app.env)) objections.push(`has ${JSON.stringify(env)}, not ${JSON.stringify(app.env)}`);
  const ports = app.ports.map(({ host }) => host + owner.ordinal - 1);
  if (!same(hostPorts, ports)) objections.push(`has ports ${hostPorts.join()}, not ${ports.join()}`);
  return objections;
}

function mixedImages(host: Host): string[] {
  const byApp = Map.groupBy(host.containers(), ({ owner }) => owner.app);
  return [...byApp].flatMap(([app, all]) =>
    new Set(all.map(({ imageId }) => imageId)).size > 1 ? [`${host.id}: ${app} runs more than one image`] : [],
  );
}

async function statusDifferences(
  fleet: Installation,
  { app, generation }: Wanted,
  hosts: readonly Host[],
): Promise<string[]> {
  const status = await fleet.person.status(app.name);
  if (!status) return [`${app.name} has no status`];
  const { rollout } = status;
  if (rollout.hosts !== hosts.length || rollout.converged !== hosts.length || status.generation < generation) {
    return [`${app.name}, which ${hosts.length} hosts should have, has the status ${JSON.stringify(status)}`];
  }
  const told = (await fleet.person.containers(app.name)).map(({ id }) => id).toSorted();
  const there = hosts.flatMap((host) => host.containers(app.name).map(({ id }) => id)).toSorted();
  return same(told, there) ? [] : [`${app.name}: the status tells of other containers than there are`];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
