import { type HostPort, hostPortText, overlap, portNumberText, type Reason } from '@nebula/domain';
import type { EngineView } from './engine-view';
import type { ObservedContainer } from '../runtime';
import type { PortWanters } from './claims';

/** Why a container of ours can't take its place now. `passing`: its holder is on its way out, no failure yet. */
export interface Clash {
  reason: Reason;
  error: string;
  passing: boolean;
  /** The app of ours that holds it. */
  holder?: string;
}

export interface ClashContext {
  view: EngineView;
  claims: ReadonlyMap<string, string>;
  wanters: PortWanters;
  /** Host ports that this very process listens on: Nebula's own API, in standalone. */
  ownPorts: readonly HostPort[];
  /** Whether an app of ours has trouble, so that it may hold what it should let go for long. */
  troubled(app: string): boolean;
}

/** A clash with something outside the app itself; holders within it are a matter of order, not of clash. */
export function portClash(app: string, ports: readonly HostPort[], context: ClashContext): Clash | undefined {
  for (const port of ports) {
    const text = hostPortText(port);
    if (isOwn(port, context)) return { reason: 'port-taken', error: ownPort(text), passing: false };
    const claimant = context.claims.get(text);
    if (claimant !== undefined && claimant !== app) {
      return {
        reason: 'port-taken',
        error: `host port ${text} is held by app "${claimant}", which keeps it`,
        passing: false,
      };
    }
    const other = context.view.holding(port).find((container) => context.view.appOf(container) !== app);
    if (other) return heldBy(other, `host port ${text}`, 'port-taken', context);
  }
  return undefined;
}

const isOwn = (port: HostPort, { ownPorts }: ClashContext): boolean =>
  ownPorts.some((own) => portNumberText(own) === portNumberText(port) && overlap(own.hostIp, port.hostIp));

const ownPort = (text: string): string =>
  `host port ${text} is Nebula's own: its API listens there. Give the app another host port, or Nebula another API_PORT`;

/** Whether a container of older settings can go on with its ports: nobody else has them, nobody else wants them. */
export function portsAreFree(app: string, ports: readonly HostPort[], context: ClashContext): boolean {
  const isHeld = (port: HostPort): boolean => isOwn(port, context) || context.view.holding(port).length > 0;
  return !isWantedByOthers(app, ports, context) && !ports.some(isHeld);
}

export function isWantedByOthers(app: string, ports: readonly HostPort[], { wanters }: ClashContext): boolean {
  return ports.some((port) =>
    wanters.get(portNumberText(port))?.some((other) => other.app !== app && overlap(other.port.hostIp, port.hostIp)),
  );
}

export function nameClash(app: string, name: string, context: ClashContext): Clash | undefined {
  const other = context.view.named(name);
  if (!other || context.view.appOf(other) === app) return undefined;
  return heldBy(other, `the container name "${name}"`, 'name-taken', context);
}

const WHOSE = {
  'other-store': 'of another store',
  copied:
    'which somebody made as a copy of one of ours: it is left alone, and in the way until it is removed or renamed',
};

function heldBy(other: ObservedContainer, what: string, reason: Reason, context: ClashContext): Clash {
  const app = context.view.appOf(other);
  if (app !== undefined) {
    const error = `${what} is still held by container "${other.name}" of app "${app}"`;
    return { reason, error, passing: !context.troubled(app), holder: app };
  }
  const kept = context.view.keptReason(other);
  const isTold = kept === 'other-store' || kept === 'copied';
  const error = `${what} is held by container "${other.name}", ${isTold ? WHOSE[kept] : 'which is not ours to change'}`;
  return { reason: isTold ? kept : reason, error, passing: false };
}
