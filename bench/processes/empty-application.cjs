/** A Nest application of nothing, after it loaded the files of packages that are its arguments; until it is ended. */
const { createRequire } = process.getBuiltinModule('node:module');
const load = createRequire(__filename);

load('reflect-metadata');
for (const file of process.argv.slice(2)) load(file);
const { NestFactory } = load('@nestjs/core');

class Nothing {}
const FOREVER_MS = 2 ** 31 - 1;

void NestFactory.createApplicationContext({ module: Nothing }, { logger: false }).then(() => {
  process.stdout.write('ready\n');
  setInterval(() => undefined, FOREVER_MS);
});
