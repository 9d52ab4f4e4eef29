import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Lets simulated hosts run the worker that was built, as a real host does, from sources that are not: `@nebula/…` is
 * what the build made of it. Compiling all of it anew in each of many processes would cost more than the hosts.
 */
export const require = createRequire(import.meta.url);

const dist = join(import.meta.dirname, '../../../dist');
const apps = ['api', 'monitor', 'worker'];
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function resolve(request, ...rest) {
  const [, name, path = ''] = /^@nebula\/([a-z]+)(?:\/(.+))?$/.exec(request) ?? [];
  const built = name && join(dist, apps.includes(name) ? 'apps' : 'libs', name, 'src', path);
  return resolveFilename.call(this, built ?? request, ...rest);
};

require('../../../scripts/typescript.cjs');
require('reflect-metadata');
