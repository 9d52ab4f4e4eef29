import { createHash } from 'node:crypto';
import type { AppGeneration } from '../generation';
import { canonical } from './canonical';
import { resolveApp } from './resolve-app';
import { CURRENT_FORM, FORMS } from './settings-forms';

/** 128 bits: no two settings of one app ever meet. */
const HEX_DIGITS = 32;

/**
 * What containers are made from, as a label: `<form>:<hex>`. Equal: the container need not be replaced. A tombstone has
 * the form alone, which no container has.
 */
export function settingsHash(app: AppGeneration): string {
  return settingsHashBy(CURRENT_FORM, app) ?? `${CURRENT_FORM}:`;
}

/**
 * The same by an older form, for a container that was made under it.
 * @param form the number before the colon of that container's label
 * @returns undefined for a form that this version does not know, and for a tombstone
 */
export function settingsHashBy(form: number, app: AppGeneration): string | undefined {
  const settingsOf = FORMS[form];
  if (settingsOf === undefined || app.spec === undefined) return undefined;
  const settings = canonical(settingsOf(resolveApp(app.spec), app));
  return `${form}:${createHash('sha256').update(settings).digest('hex').slice(0, HEX_DIGITS)}`;
}
