import { digestOf } from '../digest';
import type { Generation, GroupGeneration } from '../generation';

type Numbered = Pick<Generation, 'name' | 'generation'>;

/** What a host that names this app compares. Tombstones count like any other generation. */
export const digestOfApp = ({ name, generation }: Numbered): string => digestOf([{ name, generation }]);

/** What a host on every app compares: all that live. An app that was deleted is missed in it, and so noticed. */
export const digestOfAll = (apps: readonly (Numbered & Pick<Generation, 'deleted'>)[]): string =>
  digestOf(apps.filter((app) => !app.deleted));

/**
 * What a host of a group compares: the group's own generation, and those of the apps that it lists, tombstones included.
 * @param apps newest generations; those that the group does not list are left out
 */
export function digestOfGroup(
  group: Pick<GroupGeneration, 'name' | 'generation' | 'apps'>,
  apps: readonly Numbered[],
): string {
  const listed = new Set(group.apps);
  // No app's name has a colon.
  const own = { name: `group:${group.name}`, generation: group.generation };
  return digestOf([own, ...apps.filter(({ name }) => listed.has(name))]);
}
