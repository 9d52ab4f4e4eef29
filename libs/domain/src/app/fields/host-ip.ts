import { isIP } from 'class-validator';
import { accepted, refused, type Parsed } from '../../parse/parsed';

/** An address of the host, in its normal form. */
export function parseHostIp(input: unknown): Parsed<string> {
  const address = typeof input === 'string' ? normalAddress(input) : undefined;
  return address === undefined
    ? refused('must be an IPv4 or IPv6 address, without brackets or a zone; null is for all addresses')
    : accepted(address);
}

/** @returns IPv6 compressed and in small letters, IPv4 written as IPv6 as IPv4; undefined: it is no address */
export function normalAddress(text: string): string | undefined {
  if (isIP(text, 4)) return text;
  // A zone is a link of one host: elsewhere it would be another one, or none.
  if (!isIP(text, 6) || text.includes('%')) return undefined;
  const compressed = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return mappedAddress(compressed) ?? compressed;
}

/** Docker takes `::ffff:127.0.0.1` for 127.0.0.1. */
function mappedAddress(address: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bytes = [high, low].flatMap((half) => [parseInt(half, 16) >> 8, parseInt(half, 16) & 255]);
  return bytes.join('.');
}
