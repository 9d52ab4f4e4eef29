import { DomainError } from '@nebula/domain';
import { ParameterError } from '../problem/parameter-error';

export const etagOf = (generation: number): string => `"${generation}"`;

interface EntityTag {
  weak: boolean;
  value: string;
}

const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\u{10ffff}]*)"$/u;

/**
 * Reads If-Match and If-None-Match (RFC 9110 §13.1).
 * @returns '*', or the tags
 * @throws ParameterError when it is neither
 */
export function parseEntityTags(header: string, text: string): '*' | EntityTag[] {
  if (text.trim() === '*') return '*';
  // A list may have empty members; a comma inside of quotes is part of a tag.
  const members = (text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? []).map((member) => member.trim()).filter(Boolean);
  const tags = members.map((member) => ENTITY_TAG.exec(member));
  if (tags.length === 0 || tags.includes(null)) {
    throw new ParameterError('invalid-header', [{ parameter: header, detail: 'must be * or a list of "tags"' }]);
  }
  return tags.map((tag) => ({ weak: tag?.[1] !== undefined, value: tag?.[2] ?? '' }));
}

/** Passes when the client's word of the document is the newest, or it said none. Weak tags match nothing (RFC 9110). */
export function requireMatch(ifMatch: string | undefined, generation: number): void {
  if (ifMatch === undefined) return;
  const tags = parseEntityTags('If-Match', ifMatch);
  if (tags === '*' || tags.some((tag) => !tag.weak && tag.value === String(generation))) return;
  throw new DomainError('precondition', 'moved', `The document has moved: it is at generation ${generation} now.`);
}

/** Whether the client has this already. Here weak tags match as well. */
export function isKnown(ifNoneMatch: string | undefined, generation: number): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = parseEntityTags('If-None-Match', ifNoneMatch);
  return tags === '*' || tags.some((tag) => tag.value === String(generation));
}
