import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Lets simulated hosts run the worker that was built, as a real host does, from sources that are not: `@nebula/…` is
 * what the build made of it. Compiling all of it anew in each of many processes would cost more than the hosts.
 */
export const require = createRequire(import.meta.url);

const root = join(import.meta.dirname, '../../..');
const dist = join(root, 'dist');
const apps = ['api', 'monitor', 'worker'];
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function resolve(request, ...rest) {
  const [, name, path = ''] = /^@nebula\/([a-z]+)(?:\/(.+))?$/.exec(request) ?? [];
  return resolveFilename.call(this, name === undefined ? request : fileOf(name, path), ...rest);
};

/** The client is nobody's part, and is not built. */
function fileOf(name, path) {
  if (name === 'client') return join(root, 'clients/typescript/src', path);
  return join(dist, apps.includes(name) ? 'apps' : 'libs', name, 'src', path);
}

require('../../../scripts/typescript.cjs');
require('reflect-metadata');
