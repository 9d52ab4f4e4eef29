/** What `npm run fleet:sim` runs. */
import { require } from './built.mjs';

require('./main.ts');
