import type { Problem } from '../errors';
import { assertDocument } from '../parse/document';
import { malformed } from '../parse/malformed';
import { admit, examine } from '../parse/noun';
import { isObject } from '../parse/parsed';
import { pointerTo } from '../parse/pointer';
import { AppSpec } from './app-spec.noun';
import { resolveApp } from './resolve-app';
import { RULES } from './rules';

/**
 * A document from outside as an app's spec: known fields only, those that are null dropped (null is the default).
 * @param body any value at all
 * @throws DomainError (malformed) with every problem; never anything else
 */
export function parseAppSpec(body: unknown): AppSpec {
  assertDocument(body);
  const { admitted, problems } = examine(AppSpec, body);
  const found = [...problems, ...brokenRules(admitted, problems)];
  if (found.length > 0) throw malformed('invalid-app', 'The app', found);
  return admitted as AppSpec;
}

/** Rules are held against the fields that are right by themselves, so that one error does not hide another. */
function brokenRules(admitted: unknown, problems: Problem[]): Problem[] {
  if (!isObject(admitted)) return [];
  const sound = Object.entries(admitted).filter(([field]) => {
    const at = pointerTo(field);
    return !problems.some(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
  });
  const spec: AppSpec = { name: '', image: '', ...Object.fromEntries(sound) };
  const app = resolveApp(spec);
  return RULES.flatMap((rule) => rule(app, spec));
}

/**
 * @param spec of a message, whose sender may be newer
 * @returns a pointer to the first field that this version does not know, at any depth; undefined: it knows them all.
 * What is null has its default, which needs no knowing.
 */
export function unknownSetting(spec: object): string | undefined {
  let first: string | undefined;
  admit(AppSpec, spec, (pointer, value) => {
    if (value !== null) first ??= pointer;
  });
  return first;
}
