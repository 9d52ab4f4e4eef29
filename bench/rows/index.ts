import type { Row } from '../row';
import { changes } from './changes';
import { planner } from './planner';
import { reads } from './reads';
import { start } from './start';

/** All there are, by number. */
export const rows: readonly Row[] = [planner, reads, changes, start].toSorted((a, b) => a.number - b.number);
