import { DomainError } from '@nebula/domain';
import { parse } from 'secure-json-parse';

/** No document of ours is a quarter as deep; what is deeper costs its reader more than its writer. */
export const MAX_DEPTH = 32;

/**
 * Reads a body of JSON. Nothing (no bytes) is undefined: requests without a body may still name a type.
 * @throws DomainError malformed: not UTF-8, not JSON, too deep, not an object, or one that reaches for a prototype
 */
export function parseJsonBody(bytes: Buffer): Record<string, unknown> | undefined {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  if (isDeeperThan(text, MAX_DEPTH)) {
    throw new DomainError('malformed', 'too-deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const value = parseText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DomainError('malformed', 'not-an-object', 'The body must be a JSON object.', [
      { pointer: '', detail: 'must be an object' },
    ]);
  }
  return value as Record<string, unknown>;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'not-utf-8', 'The body is not UTF-8.');
  }
}

function parseText(text: string): unknown {
  try {
    return parse(text, undefined, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    // The parser's own words would repeat a piece of the body, and that may be a secret on its way into a log.
    const forbidden = error instanceof Error && error.message.includes('forbidden prototype');
    const detail = forbidden ? 'The body names __proto__ or constructor.prototype.' : 'The body is not valid JSON.';
    throw new DomainError('malformed', 'invalid-json', detail);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counts brackets outside of strings, without recursion: parsers and validators recurse, so this comes first. */
export function isDeeperThan(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (OPENING.has(char)) depth++;
    else if (CLOSING.has(char)) depth--;
    if (depth > max) return true;
  }
  return false;
}
