/** What `npm run fleet` runs: without a build of the tests' own. */
require('../../scripts/typescript.cjs');
require('./main.ts');
