import { type EngineView, portKey } from './engine-view';
import type { OwnedContainer } from './owned-container';

/** The host ports that an app wants on this host, of all its containers. */
export interface PortWish {
  app: string;
  /** By `portKey`, each once. */
  ports: readonly string[];
}

/** The apps that want a host port, each once, by port. */
export type PortWanters = ReadonlyMap<string, readonly string[]>;

/**
 * Who has each host port that several apps of this host want. Whoever holds it keeps it; if nobody does, who had it last;
 * if nobody had, the first by name: so the outcome is the same whatever came first, and they never take turns.
 */
export function claimsOf(
  wanters: PortWanters,
  view: EngineView,
  previous: (port: string) => string | undefined,
): Map<string, string> {
  const claims = new Map<string, string>();
  for (const [port, apps] of wanters) {
    if (apps.length > 1) claims.set(port, claimant(port, apps, view, previous(port)));
  }
  return claims;
}

export function wantersOf(wishes: readonly PortWish[]): PortWanters {
  const byPort = new Map<string, readonly string[]>();
  for (const { app, ports } of wishes) {
    const alone = [app];
    for (const port of ports) {
      const apps = byPort.get(port);
      if (!apps) byPort.set(port, alone);
      else byPort.set(port, [...apps, app]);
    }
  }
  return byPort;
}

function claimant(port: string, apps: readonly string[], view: EngineView, previous: string | undefined): string {
  const holder = view
    .holding(port)
    .map((container) => view.appOf(container))
    .find((app) => app !== undefined && apps.includes(app));
  if (holder !== undefined) return holder;
  if (previous !== undefined && apps.includes(previous)) return previous;
  const sorted = apps.toSorted();
  const has = (container: OwnedContainer): boolean => container.ports.some((held) => portKey(held) === port);
  return sorted.find((app) => view.running.get(app)?.some(has)) ?? (sorted[0] as string);
}
