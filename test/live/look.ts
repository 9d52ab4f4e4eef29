import type Dockerode from 'dockerode';
import type { Nebula } from './nebula';

export type Seen = Dockerode.ContainerInspectInfo;

/** The containers of an app as `docker ps` and `docker inspect` show them, in any state, by name. */
export async function look(nebula: Pick<Nebula, 'docker' | 'installation'>, app?: string): Promise<Seen[]> {
  const ofApp = app === undefined ? [] : [`label=nebula.app=${app}`];
  const rows = await nebula.docker.ps(`label=nebula.installation=${nebula.installation}`, ...ofApp);
  if (rows.length === 0) return [];
  const text = await nebula.docker.run(['inspect', '--type', 'container', ...rows.map(({ ID }) => ID)]);
  const seen = JSON.parse(text) as Seen[];
  return seen.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
}

export const nameOf = (seen: Seen): string => seen.Name.slice(1);
export const namesOf = (seen: Seen[]): string[] => seen.map(nameOf);
export const idsOf = (seen: Seen[]): string[] => seen.map(({ Id }) => Id);
export const runs = (seen: Seen): boolean => seen.State.Running && !seen.State.Paused && !seen.State.Restarting;

/** `web-1` to `web-n`. */
export const namesTo = (app: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${app}-${index + 1}`);

/** The host ports of a container, as published now. */
export function portsOf(seen: Seen): number[] {
  const published = Object.values(seen.NetworkSettings.Ports ?? {}) as (
    { HostIp: string; HostPort: string }[] | null
  )[];
  return [...new Set(published.flatMap((bindings) => (bindings ?? []).map(({ HostPort }) => Number(HostPort))))];
}

/** The variables that a container has, without those of Docker itself. */
export const envOf = (seen: Seen): string[] => seen.Config.Env.filter((line) => !line.startsWith('PATH='));
