import { assertDocument, type Json } from './parse/document';
import { isObject } from './parse/parsed';

/**
 * RFC 7396: what `target` becomes by `patch`; neither is changed. Names such as `__proto__` are refused, not merged.
 * @throws DomainError (malformed) for what is no decent JSON document: nested too deeply, half characters, …
 */
export function mergePatch(target: unknown, patch: unknown): Json {
  assertDocument(target);
  assertDocument(patch);
  return merge(target, patch);
}

function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, Json>(isObject(target) ? Object.entries(target) : []);
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), change));
  }
  return Object.fromEntries(merged);
}
