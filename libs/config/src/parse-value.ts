import { isIP } from 'node:net';

/** Says what a value must be, never what it was: it may be a secret. */
export class Malformed extends Error {}

/** Reads a value of the conf file (any JSON but null) or of the environment (always text). @throws Malformed */
export type ParseValue<T> = (value: unknown) => T;

export function textLike(pattern: RegExp, must: string): ParseValue<string> {
  return (value) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new Malformed(must);
    return value;
  };
}

export function wholeNumber(min: number, max: number): ParseValue<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new Malformed(`must be a whole number from ${min} to ${max}`);
  };
}

export function oneOf<const Words extends readonly string[]>(...words: Words): ParseValue<Words[number]> {
  return (value) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new Malformed(`must be one of ${words.join(', ')}`);
    return word;
  };
}

export const trueOrFalse: ParseValue<boolean> = (value) => {
  const said = typeof value === 'string' ? value.toLowerCase() : value;
  if (said === true || said === 'true') return true;
  if (said === false || said === 'false') return false;
  throw new Malformed('must be true or false');
};

/** A JSON list, or texts with commas between. Empty parts and spaces around parts are left out; doubles too. */
export function listOf(item: ParseValue<string>): ParseValue<readonly string[]> {
  return (value) => {
    const parts = typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(parts)) throw new Malformed('must be a list, or names with commas between');
    const texts = parts.map((part: unknown) => (typeof part === 'string' ? part.trim() : part));
    return Object.freeze([...new Set(texts.filter((part) => part !== '').map(item))]);
  };
}

const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** An IP address, a network in CIDR notation, or one of three names for well-known networks. */
export const address: ParseValue<string> = (value) => {
  const must = new Malformed(`must have IP addresses, networks such as 10.0.0.0/8, or ${NETWORKS.join(', ')}`);
  if (typeof value !== 'string') throw must;
  const [ip, bits, ...more] = value.split('/') as [string, ...string[]];
  const most = BITS[isIP(ip)];
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && most !== undefined && Number(bits) <= most);
  if (NETWORKS.includes(value) || (most !== undefined && fits && more.length === 0)) return value;
  throw must;
};
