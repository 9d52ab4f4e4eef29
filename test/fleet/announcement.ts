import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from './fleet';
import { GROUP, IMAGES } from './fleet-options';

const NAME = 'fleet.json';

/** What `fleet.json` says, for programs. Names are only ever added. */
export interface FleetDescription {
  /** Through the balancer. */
  api: string;
  apis: readonly string[];
  user: string;
  password: string;
  /** Of the hosts. */
  group: string;
  rabbit: string;
  mongo: string;
  hosts: {
    id: string;
    /** As in DOCKER_HOST. */
    docker: string;
    /** The name of the worker's container. */
    worker: string;
    /** Where ports that its containers publish are. */
    address: string;
  }[];
  /** Images that every host has. */
  images: readonly string[];
  registry?: { host: string; user: string; password: string };
}

export async function describeFleet(fleet: Fleet): Promise<FleetDescription> {
  const ids = await fleet.hostIds();
  const { api, apis, user, password, rabbit, mongo } = fleet.access;
  const hosts = fleet.hosts.map(({ name, engine, worker, address }, index) => ({
    id: ids[index] ?? name,
    docker: engine.host,
    worker: worker.name,
    address,
  }));
  const registry = fleet.registry && {
    host: fleet.registry.host,
    user: fleet.registry.user,
    password: fleet.registry.password,
  };
  return {
    api,
    apis,
    user,
    password,
    group: GROUP,
    rabbit,
    mongo,
    hosts,
    images: IMAGES,
    ...(registry && { registry }),
  };
}

/** Never seen half written, and read by its owner only: passwords are in it. */
export async function writeDescription(folder: string, description: FleetDescription): Promise<void> {
  const draft = join(folder, `.${NAME}-${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, join(folder, NAME));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** It says that a fleet is ready: to be called before one starts, and before one ends. */
export async function removeDescription(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}

/** The same for a person. */
export function announce(description: FleetDescription, folder: string): string {
  const { api, apis, user, password, hosts, registry } = description;
  const call = (path: string, body: object): string =>
    `  curl -u ${user}:${password} -H 'Content-Type: application/json' '${api}${path}' -d '${JSON.stringify(body)}'`;
  const [image] = description.images;
  return [
    '',
    '  A fleet runs. Ctrl-C ends it and removes it.',
    '',
    `  API and Swagger UI  ${api}/docs  (replicas: ${apis.join(', ')})`,
    `  User                ${user}`,
    `  Password            ${password}`,
    `  Broker, database    ${description.rabbit}  ${description.mongo}`,
    ...(registry ? [`  Registry            ${registry.host}  (${registry.user}:${registry.password})`] : []),
    ...hosts.map(
      (host, index) => `  ${index === 0 ? 'Hosts' : '     '}               ${host.id}  docker -H ${host.docker}`,
    ),
    `  For programs        ${join(folder, NAME)}`,
    '',
    '  A first app, on every host:',
    '',
    call('/api/v3/apps', { name: 'web', image, ports: [{ host: 8080, container: 80 }] }),
    call(`/api/v3/device-groups?wait=20`, { name: description.group, apps: ['web'] }),
    '',
    `  Then it answers:    ${hosts.map(({ address }) => `http://${address}:8080`).join('  ')}`,
    '',
    '',
  ].join('\n');
}
