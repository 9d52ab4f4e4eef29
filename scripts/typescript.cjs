/**
 * Lets Node.js run what the tests share as it is, without a build: `node --require ./scripts/typescript.cjs file.ts`.
 * Node.js' own way of running TypeScript takes neither constructor properties nor imports without a suffix.
 */
const { readFileSync } = process.getBuiltinModule('node:fs');
const { _extensions: extensions, createRequire } = process.getBuiltinModule('node:module');
const { transformSync } = createRequire(__filename)('@swc/core');

const settings = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...settings,
    filename,
    configFile: false,
    swcrc: false,
  });
  module._compile(code, filename);
};
