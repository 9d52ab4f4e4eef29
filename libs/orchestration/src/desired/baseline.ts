import type { Ownership } from '@nebula/domain';

/** What a container's labels say of its app. */
export type Seen = Pick<Ownership, 'store' | 'app' | 'generation'>;

/** What was known when a snapshot was asked for: what came in since then is no sign of an older store. */
export interface Baseline {
  /** Generations heard of. */
  apps: ReadonlyMap<string, number>;
  group?: number;
  containers: readonly Seen[];
}

/** The apps that the host has something of: it wants to know of them, whatever it runs. */
export const namesOf = ({ apps, containers }: Baseline): string[] => [
  ...new Set([...apps.keys(), ...containers.map(({ app }) => app)]),
];
