import { join, resolve } from 'node:path';

/** The folder of this repository. Scripts never trust the folder they were called from. */
export const root = resolve(import.meta.dirname, '..');

/** Where scripts keep what may be thrown away at any time. On the same disk as what is swapped in from it. */
export const cacheFolder = join(root, '.cache');

/** The environment of everything started here: the tools and the Node.js that the lock file pins come first. */
export function pinnedEnvironment(extra = {}) {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`, ...extra };
}
