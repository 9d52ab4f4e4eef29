import fc from 'fast-check';
import { parseAppSpec } from './parse-app-spec';
import type { AppSpec } from './app-spec.noun';

const word = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const few = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { maxLength: 4 });
const maybe = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined, freq: 2 });
const orNull = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: null });

const count = fc.oneof(
  fc.record({ host: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ cpu: fc.double({ min: 0.01, max: 4, noNaN: true }) }),
  fc.record({ memoryGiB: fc.double({ min: 0.01, max: 4, noNaN: true }) }),
);

/** Ten apart, so that no ranges of one app meet. */
const hostPort = fc.integer({ min: 100, max: 6000 }).map((n) => n * 10);
const protocol = maybe(fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const));
const hostIp = maybe(orNull(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('0.0.0.0', '::'))));
const mapping = fc.record({ host: hostPort, container: fc.integer({ min: 1, max: 65535 }), protocol, hostIp });
const ports = fc.uniqueArray(fc.oneof(hostPort, mapping), {
  maxLength: 4,
  selector: (port) => (typeof port === 'number' ? port : port.host),
});

const seconds = maybe(fc.constantFrom(0, 0.5, 10));
const healthCheck = fc.record({
  test: fc.constantFrom<string[][]>([], ['NONE'], ['CMD', 'true'], ['CMD-SHELL', 'exit 0']),
  intervalSeconds: seconds,
  timeoutSeconds: seconds,
  retries: maybe(fc.nat(5)),
});
const ulimit = fc.record({
  name: fc.constantFrom('nofile', 'nproc', 'core'),
  soft: fc.integer({ min: 0, max: 100 }),
  hard: fc.constantFrom(-1, 100, 4096),
});
const volume = fc.oneof(
  fc.tuple(path, fc.constantFrom('', ':ro', ':rw')).map(([at, mode]) => `/srv${at}:${at}${mode}`),
  fc.tuple(word, path).map(([name, at]) => `${name}:${at}`),
  path,
);

const targetOf = (text: string) => text.split(':')[text.includes(':') ? 1 : 0];

const fields = fc.record({
  name: word,
  image: fc
    .tuple(word, fc.constantFrom('', ':latest', ':1.4', `@sha256:${'a'.repeat(64)}`))
    .map((parts) => parts.join('')),
  pullPolicy: maybe(fc.constantFrom('always' as const, 'ifMissing' as const, 'never' as const)),
  running: maybe(fc.boolean()),
  containersPer: maybe(count),
  ports: maybe(ports),
  env: maybe(fc.dictionary(word, text)),
  volumes: maybe(fc.uniqueArray(volume, { maxLength: 4, selector: targetOf })),
  networks: maybe(fc.uniqueArray(word, { minLength: 1, maxLength: 3 })),
  devices: maybe(few(path.map((at) => `/dev${at}`))),
  privileged: maybe(fc.boolean()),
  rolling: maybe(orNull(fc.record({ maxUnavailable: fc.integer({ min: 1, max: 3 }) }))),
  command: maybe(orNull(few(text))),
  entrypoint: maybe(orNull(few(text))),
  labels: maybe(fc.dictionary(word, text)),
  resources: maybe(
    fc.record({ cpus: maybe(orNull(fc.constantFrom(0.5, 2))), memoryMiB: maybe(orNull(fc.constantFrom(6, 128))) }),
  ),
  logging: maybe(
    orNull(fc.record({ driver: fc.constantFrom('local', 'none'), options: maybe(fc.dictionary(word, text)) })),
  ),
  healthCheck: maybe(orNull(healthCheck)),
  stop: maybe(
    fc.record({ signal: maybe(orNull(fc.constantFrom('SIGTERM', '9'))), graceSeconds: maybe(fc.constantFrom(0, 10)) }),
  ),
  ulimits: maybe(fc.uniqueArray(ulimit, { selector: ({ name }) => name })),
  extraHosts: maybe(few(word.map((name) => `${name}:10.0.0.1`))),
  capAdd: maybe(few(fc.constantFrom('NET_ADMIN', 'CAP_CHOWN', 'ALL'))),
  capDrop: maybe(few(fc.constantFrom('mknod', 'KILL'))),
  tmpfs: maybe(few(path.map((at) => `/TMP${at}:size=1m`))),
  readOnlyRoot: maybe(fc.boolean()),
});

/** Apps as owners write them, all accepted: any field may be there, at its default too. */
export const appSpecs: fc.Arbitrary<AppSpec> = fields.map((spec) =>
  parseAppSpec(JSON.parse(JSON.stringify(spec)) as unknown),
);
