import type { Row } from '../row';
import { changes } from './changes';
import { planner } from './planner';
import { reads } from './reads';

/** All there are, by number. */
export const rows: readonly Row[] = [planner, reads, changes].toSorted((a, b) => a.number - b.number);
