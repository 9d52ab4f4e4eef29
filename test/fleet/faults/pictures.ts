import { eventually } from '../../live/support/eventually';
import type { FleetHost } from '../fleet-host';

/** A container as `docker inspect` shows it. */
export interface Seen {
  id: string;
  name: string;
  image: string;
  env: readonly string[];
  /** `host>container`, sorted. */
  ports: string;
  running: boolean;
  startedAt: string;
  labels: Readonly<Partial<{ [label: string]: string }>>;
}

/** What is on the hosts at one moment, by the hosts' names. */
export type Picture = ReadonlyMap<string, readonly Seen[]>;

export async function takePicture(hosts: readonly FleetHost[]): Promise<Picture> {
  return new Map(await Promise.all(hosts.map(async (host) => [host.name, await containersOn(host)] as const)));
}

export const isNebulas = ({ labels }: Seen, installation: string): boolean =>
  labels['nebula.installation'] === installation;

/** Again when one went away meanwhile. */
const containersOn = (host: FleetHost): Promise<Seen[]> =>
  eventually(() => lookOnce(host), { within: 5_000, every: 10 });

async function lookOnce({ docker }: FleetHost): Promise<Seen[]> {
  const ids = (await docker.run(['ps', '--all', '--quiet', '--no-trunc'])).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  const found: Inspected[] = JSON.parse(await docker.run(['inspect', '--type', 'container', ...ids]));
  return found.map(seenOf);
}

interface Inspected {
  Id: string;
  Name: string;
  Config: { Image: string; Env: string[] | null; Labels: { [label: string]: string } | null };
  State: { Running: boolean; StartedAt: string };
  HostConfig: { PortBindings: { [port: string]: { HostPort: string }[] | null } | null };
}

function seenOf({ Id, Name, Config, State, HostConfig }: Inspected): Seen {
  const ports = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostPort }) => `${HostPort}>${port.replace('/tcp', '')}`),
  );
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    image: Config.Image,
    env: Config.Env ?? [],
    ports: ports.sort().join(' '),
    running: State.Running,
    startedAt: State.StartedAt,
    labels: Config.Labels ?? {},
  };
}
