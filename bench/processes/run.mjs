/** Runs one of the benchmark's processes: the name of its file, without suffix, is the first argument. */
import { join } from 'node:path';
import { require } from '../../test/fleet/sim/built.mjs';

require(join(import.meta.dirname, `${process.argv[2]}.ts`));
