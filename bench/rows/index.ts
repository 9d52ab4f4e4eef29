import type { Row } from '../row';
import { changes } from './changes';
import { joins } from './joins';
import { manyContainers } from './many-containers';
import { planner } from './planner';
import { push } from './push';
import { reads } from './reads';
import { rest } from './rest';
import { rollouts } from './rollouts';
import { start } from './start';

/** All there are, by number. */
export const rows: readonly Row[] = [
  ...rollouts,
  ...[changes, joins, manyContainers, planner, push, reads, rest, start],
].toSorted((a, b) => a.number - b.number);
