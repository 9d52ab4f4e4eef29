import { hostPortText, normalAddress, type Port } from '@nebula/domain';
import { asList, asRecord, asText, type Raw } from './raw';

const KEY = /^(\d{1,5})\/(tcp|udp|sctp)$/;
const NUMBER = /^\d{1,5}$/;
const ALL_OF_A_KIND: readonly (string | undefined)[] = ['0.0.0.0', '::'];

/**
 * The host ports that a container holds while it runs: those it was made with, and those that the Engine chose while it
 * runs. One of all addresses is told once, though the Engine tells of both kinds.
 */
export function toPorts(inspected: Raw): Port[] {
  const configured = bindings(asRecord(inspected.HostConfig).PortBindings);
  const actual = bindings(asRecord(inspected.NetworkSettings).Ports);
  const told = new Set(configured.map(keyOf));
  const chosen = withoutKinds(actual.filter((port) => !told.has(keyOf(port))));
  const byText = new Map([...configured, ...chosen].map((p) => [`${hostPortText(p)}/${p.container}`, p]));
  return [...byText.values()].sort((a, b) => a.host - b.host || a.container - b.container);
}

/** Whatever the address. */
const keyOf = ({ protocol, host, container }: Port): string => `${protocol}/${host}/${container}`;

/** Bound to all of IPv4 and to all of IPv6 is bound to all. */
function withoutKinds(ports: readonly Port[]): Port[] {
  return [...Map.groupBy(ports, keyOf).values()].flatMap((same) => {
    const kinds = same.filter(({ hostIp }) => ALL_OF_A_KIND.includes(hostIp));
    if (new Set(kinds.map(({ hostIp }) => hostIp)).size < ALL_OF_A_KIND.length) return same;
    const { hostIp, ...all } = kinds[0] as Port;
    return [all, ...same.filter((port) => !kinds.includes(port))];
  });
}

function bindings(value: unknown): Port[] {
  return Object.entries(asRecord(value)).flatMap(([key, bound]) => {
    const [, container, protocol] = KEY.exec(key) ?? [];
    if (container === undefined) return [];
    return asList(bound).flatMap((binding) => {
      const { HostPort, HostIp } = asRecord(binding);
      const host = asText(HostPort);
      // '' and '0' mean that the Engine chooses, '8000-8010' that it chooses from these
      if (!NUMBER.test(host) || Number(host) === 0) return [];
      const port = { host: Number(host), container: Number(container), protocol: protocol as Port['protocol'] };
      // one that is no address counts as all of them: it is in the way at the most
      const hostIp = normalAddress(asText(HostIp));
      return hostIp === undefined ? port : { ...port, hostIp };
    });
  });
}
