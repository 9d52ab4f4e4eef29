import type { Port } from '@nebula/domain';
import { asList, asRecord, asText, type Raw } from './raw';

const KEY = /^(\d{1,5})\/(tcp|udp|sctp)$/;
const NUMBER = /^\d{1,5}$/;

/**
 * The host ports that a container holds while it runs: those it was made with, and those that the Engine chose while it
 * runs. Bound to one address only they count all the same: another container can't have them on all addresses.
 */
export function toPorts(inspected: Raw): Port[] {
  const configured = bindings(asRecord(inspected.HostConfig).PortBindings);
  const actual = bindings(asRecord(inspected.NetworkSettings).Ports);
  const byKey = new Map([...configured, ...actual].map((p) => [`${p.protocol}/${p.host}/${p.container}`, p]));
  return [...byKey.values()].sort((a, b) => a.host - b.host || a.container - b.container);
}

function bindings(value: unknown): Port[] {
  return Object.entries(asRecord(value)).flatMap(([key, bound]) => {
    const [, container, protocol] = KEY.exec(key) ?? [];
    if (container === undefined) return [];
    return asList(bound).flatMap((binding) => {
      const host = asText(asRecord(binding).HostPort);
      // '' and '0' mean that the Engine chooses, '8000-8010' that it chooses from these
      if (!NUMBER.test(host) || Number(host) === 0) return [];
      return { host: Number(host), container: Number(container), protocol: protocol as Port['protocol'] };
    });
  });
}
