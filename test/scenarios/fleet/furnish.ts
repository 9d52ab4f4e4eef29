import type { Selection } from '@nebula/domain';
import { all, type Fleet, group, names } from './fleet';

/** A host of every kind for what `furnish` makes. */
export const everyKind: Selection[] = [all(), names('web', 'db'), group('edge')];

/** What runs before the store goes wrong: two apps, on hosts of every kind. */
export async function furnish(fleet: Fleet): Promise<void> {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1', containersPer: { host: 2 } });
  await person.create({ name: 'db', image: 'db:1' });
  await person.createGroup('edge', ['web', 'db']);
  await fleet.settles();
}
