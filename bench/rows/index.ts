import type { Row } from '../row';
import { planner } from './planner';

/** All there are, by number. */
export const rows: readonly Row[] = [planner].toSorted((a, b) => a.number - b.number);
