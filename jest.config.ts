import type { Config } from 'jest';

const shared: Config = {
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: {
    '^@nebula/client$': '<rootDir>/clients/typescript/src',
    '^@nebula/(api|monitor|worker|standalone)$': '<rootDir>/apps/$1/src',
    '^@nebula/([a-z]+)$': '<rootDir>/libs/$1/src',
    '^@nebula/([a-z]+)/(.+)$': '<rootDir>/libs/$1/src/$2',
  },
};

/** `quick` needs neither Docker nor any service; `live` needs the machine's Engine and may be root's only. */
const config: Config = {
  projects: [
    {
      ...shared,
      displayName: 'quick',
      testMatch: ['<rootDir>/{apps,libs,bench}/**/*.spec.ts', '<rootDir>/test/scenarios/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.live\\.spec\\.ts$'],
    },
    {
      ...shared,
      displayName: 'live',
      globalSetup: '<rootDir>/test/live/global-set-up.ts',
      globalTeardown: '<rootDir>/test/live/global-tear-down.ts',
      testMatch: ['<rootDir>/libs/**/*.live.spec.ts', '<rootDir>/test/{live,services}/**/*.spec.ts'],
    },
  ],
};

export default config;
