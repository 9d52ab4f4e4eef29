import { parseName } from '@nebula/domain';
import { listOf, Malformed, type ParseValue } from './parse-value';

const EVERY_APP = '*';

const name: ParseValue<string> = (value) => {
  const parsed = parseName(value);
  if (value === EVERY_APP) return EVERY_APP;
  if (!parsed.ok)
    throw new Malformed('must have names of letters, digits, "_", "." and "-", at most 58 characters each');
  return parsed.value;
};

const names = listOf(name);

/** `*`, or names of apps. */
export const appNames: ParseValue<readonly string[]> = (value) => {
  const list = names(value);
  if (list.includes(EVERY_APP) && list.length > 1) throw new Malformed('must be either * or names, not both');
  return list;
};

export const groupName: ParseValue<string> = (value) => {
  if (value === EVERY_APP) throw new Malformed('must be the name of one device group');
  return name(value);
};

export const isEveryApp = (list: readonly string[]): boolean => list[0] === EVERY_APP;
