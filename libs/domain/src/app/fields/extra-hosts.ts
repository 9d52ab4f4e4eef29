import { isIP } from 'class-validator';
import { accepted, listOf, refused, type Parsed } from '../../parse/parsed';

/** A name may come twice, with its addresses of both kinds; which comes first counts. */
export const parseExtraHosts = listOf(parseExtraHost);

function parseExtraHost(input: unknown): Parsed<string> {
  const [, name = '', address = ''] = (typeof input === 'string' && /^([^:]*):(.*)$/s.exec(input)) || [];
  if (name.length > 253 || !/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/.test(name))
    return refused('must be "name:address", the name a host\'s');
  const isAddress = isIP(address) && !address.includes('%');
  return isAddress || address === 'host-gateway'
    ? accepted(`${name}:${address}`)
    : refused('must be "name:address", the address an IP or "host-gateway"');
}
