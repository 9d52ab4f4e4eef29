import { createRequire } from 'node:module';

/** What `npm run fleet` runs: without a build of the tests' own. */
const load = createRequire(import.meta.url);
load('../../scripts/typescript.cjs');
load('./main.ts');
