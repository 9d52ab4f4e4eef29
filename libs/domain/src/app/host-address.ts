import type { Port } from './app';

/** Where a port is published: an address in normal form, all of IPv4, all of IPv6; absent: all addresses. */
export type HostAddress = string | undefined;

/** A port of the host: what only one container can have at a time. */
export type HostPort = Pick<Port, 'host' | 'protocol' | 'hostIp'>;

const ALL_OF_IPV4 = '0.0.0.0';
const ALL_OF_IPV6 = '::';

/** The address and what it is a part of, the smallest first, as Docker and the kernel see it. */
export function addressAndWider(address: HostAddress): HostAddress[] {
  if (address === undefined) return [undefined];
  const all = address.includes(':') ? ALL_OF_IPV6 : ALL_OF_IPV4;
  return address === all ? [all, undefined] : [address, all, undefined];
}

/** Who has `wide` has `narrow` too. */
export const covers = (wide: HostAddress, narrow: HostAddress): boolean => addressAndWider(narrow).includes(wide);

/** Nobody can have the one beside another's other: one is a part of the other. `0.0.0.0` and `::` go together. */
export const overlap = (a: HostAddress, b: HostAddress): boolean => a === b || covers(a, b) || covers(b, a);

/** The number and protocol alone, whatever the address: `8080/tcp`. */
export const portNumberText = ({ host, protocol }: Omit<HostPort, 'hostIp'>): string => `${host}/${protocol}`;

/** As people and the worker's file know it: `8080/tcp`, `127.0.0.1:8080/tcp`, `[::1]:8080/tcp`. */
export function hostPortText({ hostIp, ...port }: HostPort): string {
  const number = portNumberText(port);
  if (hostIp === undefined) return number;
  return hostIp.includes(':') ? `[${hostIp}]:${number}` : `${hostIp}:${number}`;
}
