/** The arrows of the design. One rule a line of it; none has a baseline of tolerated errors. */
const lib = (name) => `^libs/${name}/`;
/** Tests and the benchmark look from outside, and measure beside the libraries themselves. */
const OUTSIDE = ['(spec|contract)\\.ts$', '^test/', '^bench/'];

const only = (name, comment, path, packages) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: [...path, ...OUTSIDE] },
  to: { path: packages.map((p) => `^node_modules/(@types/)?${p}(/|$)`) },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['main\\.ts$', 'jest\\.config\\.ts$', '\\.d\\.ts$', '^(scripts|bench/processes)/'],
      },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'domain-imports-nothing-of-ours',
      severity: 'error',
      from: { path: lib('domain') },
      to: { path: '^(apps|libs/(?!domain/)|test|clients)' },
    },
    {
      name: 'domain-does-no-io',
      comment: 'what things are: no Nest, no I/O, no clock (hashing is pure)',
      severity: 'error',
      from: { path: lib('domain'), pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'plan-imports-domain-desired-state-and-runtime-types-only',
      severity: 'error',
      from: { path: '^libs/orchestration/src/plan/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: [
          '^node_modules',
          '^apps',
          '^libs/(?!domain/|orchestration/src/(plan|desired)/|orchestration/src/runtime/[a-z-]+\\.ts)',
        ],
      },
    },
    {
      name: 'desired-state-imports-domain-only',
      comment: 'the planner stands on it: as pure as the planner',
      severity: 'error',
      from: { path: '^libs/orchestration/src/desired/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/(domain|orchestration/src/desired)/' },
    },
    {
      name: 'nothing-imports-an-app',
      severity: 'error',
      from: { path: '^libs' },
      to: { path: '^(apps|clients)' },
    },
    {
      name: 'only-tests-import-what-tests-share',
      severity: 'error',
      from: { path: '^(apps|libs|clients|scripts)', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test' },
    },
    {
      name: 'apps-do-not-import-each-other',
      comment: 'standalone is only wiring: it alone may',
      severity: 'error',
      from: { path: '^apps/(?!standalone)([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'worker-never-imports-store',
      severity: 'error',
      from: { path: '^apps/worker/' },
      to: { path: lib('store') },
    },
    {
      name: 'api-and-monitor-never-import-orchestration',
      severity: 'error',
      from: { path: '^apps/(api|monitor)/' },
      to: { path: lib('orchestration') },
    },
    only(
      'dockerode-in-its-adapter',
      'the one importer of dockerode',
      ['^libs/orchestration/src/runtime/docker/'],
      ['dockerode', 'docker-modem'],
    ),
    only(
      'rabbitmq-in-its-adapter',
      'the one importer of what speaks to RabbitMQ',
      ['^libs/bus/src/rabbitmq/'],
      ['amqplib', 'amqp-connection-manager', '@golevelup'],
    ),
    only(
      'mongoose-in-its-adapter',
      'the one importer of mongoose',
      ['^libs/store/src/mongo/'],
      ['mongoose', 'mongodb', '@nestjs/mongoose'],
    ),
    {
      name: 'sqlite-in-its-adapter',
      severity: 'error',
      from: { pathNot: ['^libs/store/src/sqlite/', '\\.spec\\.ts$', '^test/', '^bench/processes/bare-'] },
      to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(apps|libs)', pathNot: '(spec|contract|arbitrary|live)\\.ts$|/fixtures/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
