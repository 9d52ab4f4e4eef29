/** What `npm run bench` runs: sources that are not built, on libs and programs that are. */
import { join } from 'node:path';
import { require } from '../test/fleet/sim/built.mjs';

require(join(import.meta.dirname, 'main.ts'));
