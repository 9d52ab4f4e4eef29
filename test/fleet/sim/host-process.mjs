/** A process with some of the simulated hosts: started by `host-pool.ts`, and told by it what to do. */
import { require } from './built.mjs';

require('./host-process.ts');
