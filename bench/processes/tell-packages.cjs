/**
 * Loaded before a program: tells whoever started it each file of a package that the program's own code asked for, in the
 * order in which it did.
 */
const { Module } = process.getBuiltinModule('node:module');
const { sep } = process.getBuiltinModule('node:path');

const PACKAGES = `${sep}node_modules${sep}`;
const load = Module._load;
const told = new Set();

Module._load = function tellAndLoad(request, parent, ...rest) {
  if (parent?.filename && !parent.filename.includes(PACKAGES)) tell(Module._resolveFilename(request, parent));
  return load.call(this, request, parent, ...rest);
};

function tell(file) {
  if (!file.includes(PACKAGES) || told.has(file)) return;
  told.add(file);
  process.send({ package: file });
}
