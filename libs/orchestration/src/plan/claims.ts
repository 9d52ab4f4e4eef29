import { covers, type HostPort, hostPortText, overlap, portNumberText } from '@nebula/domain';
import type { EngineView } from './engine-view';
import type { ObservedContainer } from '../runtime';

/** The host ports that an app wants on this host, of all its containers, each once. */
export interface PortWish {
  app: string;
  ports: readonly HostPort[];
}

/** One of them. */
export interface Want {
  app: string;
  port: HostPort;
}

/** Who wants a port on whatever address, by `portNumberText`. */
export type PortWanters = ReadonlyMap<string, readonly Want[]>;

/**
 * Who has each host port that several apps of this host want, by `hostPortText`; where an address is within another's, who
 * of its wanters is in the way. Whoever holds it keeps it; if nobody does, who had it last; if nobody had, the first by
 * name: so the outcome is the same whatever came first, and they never take turns.
 */
export function claimsOf(
  wanters: PortWanters,
  view: EngineView,
  previous: (port: string) => string | undefined,
): Map<string, string> {
  const claims = new Map<string, string>();
  for (const wants of wanters.values()) {
    if (wants.length > 1) shareOut(wants.filter(isContestedAmong(wants)), view, previous, claims);
  }
  return claims;
}

export function wantersOf(wishes: readonly PortWish[]): PortWanters {
  const byPort = new Map<string, Want[]>();
  for (const { app, ports } of wishes) {
    for (const port of ports) {
      const key = portNumberText(port);
      const wants = byPort.get(key);
      if (wants) wants.push({ app, port });
      else byPort.set(key, [{ app, port }]);
    }
  }
  return byPort;
}

const excludes = (a: Want, b: Want): boolean => a.app !== b.app && overlap(a.port.hostIp, b.port.hostIp);

const isContestedAmong =
  (wants: readonly Want[]) =>
  (want: Want): boolean =>
    wants.some((other) => excludes(other, want));

/** @param claims gains who has each of them */
function shareOut(
  wants: readonly Want[],
  view: EngineView,
  previous: (port: string) => string | undefined,
  claims: Map<string, string>,
): void {
  const ranked = wants.map((want) => ({ ...want, text: hostPortText(want.port), rank: rankOf(want, view, previous) }));
  ranked.sort((a, b) => a.rank - b.rank || compare(a.app, b.app) || compare(a.text, b.text));
  const granted: typeof ranked = [];
  for (const want of ranked) {
    if (granted.some((other) => excludes(other, want))) continue;
    granted.push(want);
    claims.set(want.text, want.app);
  }
  for (const want of ranked) {
    const inTheWay = granted.find((other) => excludes(other, want));
    if (inTheWay && !claims.has(want.text)) claims.set(want.text, inTheWay.app);
  }
}

function rankOf({ app, port }: Want, view: EngineView, previous: (port: string) => string | undefined): number {
  const has = ({ ports }: ObservedContainer): boolean => ports.some((held) => isWhole(held, port));
  if (view.holding(port).some((container) => view.appOf(container) === app && has(container))) return 0;
  if (previous(hostPortText(port)) === app) return 1;
  return view.running.get(app)?.some(has) ? 2 : 3;
}

const isWhole = (held: HostPort, port: HostPort): boolean =>
  portNumberText(held) === portNumberText(port) && covers(held.hostIp, port.hostIp);

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
