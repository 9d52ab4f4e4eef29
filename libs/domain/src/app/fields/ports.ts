import { nounProblems } from '../../parse/noun';
import { accepted, listOf, refused, type Parsed } from '../../parse/parsed';
import type { Port } from '../app';
import { normalAddress } from './host-ip';
import { PortMapping } from './port-mapping.noun';

/** A number is the same port on host and in container. */
export const parsePorts = listOf(parsePort);

function parsePort(input: unknown): Parsed<Port> {
  if (typeof input !== 'object' || input === null) return parsePortNumber(input);
  const problems = nounProblems(PortMapping, input);
  if (problems.length > 0) return { ok: false, problems };
  const { host, container, protocol = 'tcp', hostIp } = input as PortMapping;
  const address = hostIp ? normalAddress(hostIp) : undefined;
  return accepted({ host, container, protocol, ...(address !== undefined && { hostIp: address }) });
}

const parsePortNumber = (input: unknown): Parsed<Port> =>
  typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= 65535
    ? accepted({ host: input, container: input, protocol: 'tcp' })
    : refused('must be a whole number from 1 to 65535, or an object with host and container');
