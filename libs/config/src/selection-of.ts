import type { Selection } from '@nebula/domain';
import { isEveryApp } from './app-names';
import type { Config } from './settings';

/** What this host runs. With neither a list nor a group: nothing. */
export function selectionOf({
  APP_NAME: list = [],
  DEVICE_GROUP: group,
}: Pick<Config, 'APP_NAME' | 'DEVICE_GROUP'>): Selection {
  const all = isEveryApp(list);
  return { all, names: all ? [] : [...list], ...(group === undefined ? {} : { group }) };
}
