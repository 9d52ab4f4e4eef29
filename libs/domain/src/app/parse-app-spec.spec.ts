import fc from 'fast-check';
import { DomainError } from '../errors';
import type { AppSpec } from './app-spec.noun';
import { parseAppSpec, unknownSetting } from './parse-app-spec';
import { resolveApp } from './resolve-app';

function refusal(body: unknown): DomainError | undefined {
  try {
    parseAppSpec(body);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
const pointers = (fields: object): string[] =>
  refusal({ name: 'web', image: 'web:1', ...fields })?.problems.map(({ pointer }) => pointer) ?? [];

const at = (hostIp: string, host = 8080) => ({ host, container: 80, hostIp });

/** The document of the API's description. */
const EXAMPLE = {
  name: 'web',
  image: 'registry.example:5000/web:1.4',
  pullPolicy: 'ifMissing',
  running: true,
  containersPer: { cpu: 1 },
  ports: [8080, { host: 9000, container: 80, protocol: 'tcp' }],
  env: { LEVEL: 'info' },
  volumes: ['/srv/web:/data:ro'],
  networks: ['nebula'],
  devices: ['/dev/fuse:/dev/fuse:rwm'],
  privileged: false,
  rolling: { maxUnavailable: 1 },
  command: ['serve'],
  entrypoint: null,
  labels: { team: 'ads', 'traefik.enable': 'true' },
  resources: { cpus: 0.5, memoryMiB: 128 },
  logging: { driver: 'json-file', options: {} },
  healthCheck: { test: ['CMD', 'true'], intervalSeconds: 10, retries: 3 },
  stop: { signal: 'SIGTERM', graceSeconds: 10 },
  ulimits: [{ name: 'nofile', soft: 1024, hard: -1 }],
  extraHosts: ['db:10.0.0.5'],
  capAdd: ['NET_ADMIN'],
  capDrop: [],
  tmpfs: ['/run:size=64m'],
  readOnlyRoot: false,
};

describe('an app', () => {
  it('is taken as its owner wrote it', () => {
    expect({ ...parseAppSpec(EXAMPLE), entrypoint: null }).toStrictEqual(EXAMPLE);
    expect(parseAppSpec({ name: 'web', image: 'web' })).toStrictEqual({ name: 'web', image: 'web' });
  });

  it('has its default where a field is null, at any depth of known parts', () =>
    expect(
      parseAppSpec({
        ...Object.fromEntries(Object.keys(EXAMPLE).map((field) => [field, null])),
        name: 'web',
        image: 'web',
        running: undefined,
        containersPer: { host: 2, cpu: null },
        ports: [{ host: 1, container: 2, protocol: null }],
        stop: { signal: null },
      }),
    ).toStrictEqual({
      name: 'web',
      image: 'web',
      containersPer: { host: 2 },
      ports: [{ host: 1, container: 2 }],
      stop: {},
    }));

  it('tells everything that is wrong at once, each with its pointer', () =>
    expect(
      pointers({
        name: 'a b',
        image: undefined,
        pullPolicy: 'sometimes',
        running: 'yes',
        containersPer: { cpu: 1, host: 1 },
        ports: ['abc', 8080, { host: 0, container: 65536 }, { host: 1 }, 1.5],
        env: { OK: 'x', 'A/B~C': 5 },
        volumes: ['nowhere'],
        networks: [],
        devices: ['x'],
        privileged: 1,
        rolling: {},
        command: 'serve',
        entrypoint: [5],
        labels: { 'nebula.app': 'x' },
        resources: { cpus: 0, memoryMiB: 5 },
        logging: { driver: '', options: { a: 1, '': 'x' } },
        healthCheck: { test: ['RUN'], intervalSeconds: 0.0001, timeoutSeconds: '5', retries: -1 },
        stop: { signal: 'BYE', graceSeconds: -1 },
        ulimits: [
          { name: 'pids', soft: 1, hard: 1 },
          { name: 'nofile', soft: -1, hard: 5 },
        ],
        extraHosts: ['x'],
        capAdd: ['FLY'],
        capDrop: {},
        tmpfs: ['/'],
        readOnlyRoot: 'no',
        colour: 'blue',
        __: { deep: 1 },
      }).sort(),
    ).toEqual(
      [
        '/name',
        '/image',
        '/pullPolicy',
        '/running',
        '/containersPer',
        '/ports/0',
        '/ports/2/host',
        '/ports/2/container',
        '/ports/3/container',
        '/ports/4',
        '/env/A~1B~0C',
        '/volumes/0',
        '/networks',
        '/devices/0',
        '/privileged',
        '/rolling/maxUnavailable',
        '/command',
        '/entrypoint/0',
        '/labels/nebula.app',
        '/resources/cpus',
        '/resources/memoryMiB',
        '/logging/driver',
        '/logging/options/a',
        '/logging/options/',
        '/healthCheck/test/0',
        '/healthCheck/intervalSeconds',
        '/healthCheck/timeoutSeconds',
        '/healthCheck/retries',
        '/stop/signal',
        '/stop/graceSeconds',
        '/ulimits/0/name',
        '/ulimits/1/soft',
        '/extraHosts/0',
        '/capAdd/0',
        '/capDrop',
        '/tmpfs/0',
        '/readOnlyRoot',
        '/colour',
        '/__',
      ].sort(),
    ));

  it('says which fields are missing', () =>
    expect(refusal({})?.problems).toEqual([
      { pointer: '/name', detail: 'is required' },
      { pointer: '/image', detail: 'is required' },
    ]));

  it.each([
    [{ colour: null }, ['/colour']],
    [{ constructor: 1, toString: 2, hasOwnProperty: 3 }, ['/constructor', '/toString', '/hasOwnProperty']],
    [{ stop: { signal: 'TERM', kill: 1 } }, ['/stop/kill']],
    [{ ports: [1, { host: 2, container: 2, address: 'x' }] }, ['/ports/1/address']],
    [{ ulimits: [{ name: 'core', soft: 0, hard: 0, x: 1 }] }, ['/ulimits/0/x']],
    [{ containersPer: { host: 1, gpu: 1 } }, ['/containersPer/gpu']],
  ])('has no other fields, at any depth: %j', (fields, expected) => expect(pointers(fields)).toEqual(expected));

  it.each([
    [{ cpu: 0 }, ['/containersPer/cpu']],
    [{ host: 0 }, ['/containersPer/host']],
    [{ host: -1 }, ['/containersPer/host']],
    [{ host: 1.5 }, ['/containersPer/host']],
    [{ host: 1e9 }, ['/containersPer/host']],
    [{ host: '1' }, ['/containersPer/host']],
    [{ memoryGiB: -0.5 }, ['/containersPer/memoryGiB']],
    [{ memoryGiB: 1e9 }, ['/containersPer/memoryGiB']],
    [{ cpu: NaN }, ['/containersPer/cpu']],
    [{ cpu: Infinity }, ['/containersPer/cpu']],
    [{ cpu: 1, memoryGiB: 1 }, ['/containersPer']],
    [{}, ['/containersPer']],
    [5, ['/containersPer']],
    [[], ['/containersPer']],
    [{ host: 1000 }, []],
    [{ cpu: 0.001 }, []],
  ])('runs a sensible number of containers: %j', (containersPer, expected) =>
    expect(pointers({ containersPer })).toEqual(expected),
  );

  it.each([
    [['CMD'], ['/healthCheck/test']],
    [['NONE', 'x'], ['/healthCheck/test']],
    [['CMD-SHELL', 'a', 'b'], ['/healthCheck/test']],
    [['CMD', 5], ['/healthCheck/test/1']],
    [['NONE'], []],
    [['CMD-SHELL', 'true'], []],
    [[], []],
  ])('is checked in a way that Docker knows: %j', (test, expected) =>
    expect(pointers({ healthCheck: { test, startPeriodSeconds: 0 } })).toEqual(expected),
  );

  it.each([
    ['two that are equal', { ports: [80, 80] }, ['/ports/1']],
    [
      'whatever the protocol is called',
      { ports: [80, { host: 80, container: 1, protocol: 'tcp' }] },
      ['/ports/1/host'],
    ],
    ['not for two protocols', { ports: [80, { host: 80, container: 80, protocol: 'udp' }] }, []],
    ['shifted ones', { ports: [8080, 8083], containersPer: { host: 5 } }, ['/ports/1']],
    ['shifted ones, in any order', { ports: [8083, 8080], containersPer: { host: 5 } }, ['/ports/1']],
    ['not when they end in time', { ports: [8080, 8085, 8075], containersPer: { host: 5 } }, []],
    ['one within another', { ports: [100, 101, 103], containersPer: { host: 3 } }, ['/ports/1', '/ports/2']],
    ['for every core one at least', { ports: [8080, 8081], containersPer: { cpu: 2 } }, ['/ports/1']],
    ['by address', { ports: [at('127.0.0.1'), at('10.0.0.1'), at('::1'), at('127.0.0.1')] }, ['/ports/3/host']],
    ['one of all addresses beside each', { ports: [at('127.0.0.1'), 8080] }, ['/ports/1']],
    ['all of IPv4 is beside all of IPv6', { ports: [at('0.0.0.0'), at('::')] }, []],
    ['all of IPv4 beside one of it', { ports: [at('10.0.0.1'), at('::1'), at('0.0.0.0')] }, ['/ports/2/host']],
    ['all of IPv6 beside one of it', { ports: [at('::'), at('10.0.0.1'), at('::1')] }, ['/ports/2/host']],
    ['an address in another writing', { ports: [at('127.0.0.1'), at('::ffff:7f00:1')] }, ['/ports/1/host']],
    [
      'shifted ones of an address',
      { ports: [at('::1', 8083), at('127.0.0.1', 8083), at('::1', 8080)], containersPer: { host: 5 } },
      ['/ports/2/host'],
    ],
    ['not where the host is to say', { ports: [8080, 8081], containersPer: { memoryGiB: 2 } }, []],
  ])('has no two containers on one host port: %s', (_, fields, expected) => expect(pointers(fields)).toEqual(expected));

  it.each([
    [{ ports: [65535] }, []],
    [{ ports: [65535], containersPer: { host: 2 } }, ['/ports/0']],
    [{ ports: [{ host: 65000, container: 1 }], containersPer: { host: 537 } }, ['/ports/0/host']],
    [{ ports: [65000], containersPer: { host: 536 } }, []],
    [{ ports: [65535], containersPer: { memoryGiB: 2 } }, []],
  ])('has no host port beyond the last, as far as that is known: %j', (fields, expected) =>
    expect(pointers(fields)).toEqual(expected),
  );

  it.each([
    ...['127.0.0.1', '0.0.0.0', '192.168.1.255', '::', '::1', 'FD00::1', '2001:db8:0:0:1:0:0:1', '::ffff:10.0.0.1'],
    ...[null, undefined],
  ])('publishes on address %p', (hostIp) =>
    expect(pointers({ ports: [{ host: 1, container: 1, hostIp }] })).toEqual([]),
  );

  it.each([
    '',
    'localhost',
    '127.1',
    '127.0.0.1/8',
    '127.0.0.01',
    '256.0.0.1',
    '[::1]',
    'fe80::1%eth0',
    '::1::',
    5,
    {},
  ])('publishes on no address %p', (hostIp) =>
    expect(pointers({ ports: [{ host: 1, container: 1, hostIp }] })).toEqual(['/ports/0/hostIp']),
  );

  it('publishes no ports without a network of its own', () => {
    expect(pointers({ ports: [80], networks: ['host'] })).toEqual(['/ports']);
    expect(pointers({ ports: [80], networks: ['none'] })).toEqual(['/ports']);
    expect(pointers({ ports: [], networks: ['host'] })).toEqual([]);
  });

  it('mounts one thing at one place', () =>
    expect(pointers({ volumes: ['/a:/x', '/y'], tmpfs: ['/z', '/x/', '/y:ro'] })).toEqual(['/tmpfs/1', '/tmpfs/2']));

  it('is held against the rules between its fields also when other fields are wrong', () =>
    expect(pointers({ ports: [80, 80], image: '', containersPer: {}, stop: { signal: 5 } }).sort()).toEqual([
      '/containersPer',
      '/image',
      '/ports/1',
      '/stop/signal',
    ]));
});

describe('what is no app', () => {
  it.each([null, 5, 'x', true, undefined, [], [{ name: 'web' }], () => 1])('is refused: %p', (body) =>
    expect(refusal(body)?.kind).toBe('malformed'),
  );

  it('is refused 10,000 levels deep, with prototypes in it, or very long', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(refusal({ name: 'web', image: 'web', env: JSON.parse(deep) as unknown })?.code).toBe('too-deep');
    expect(refusal(JSON.parse('{"name":"web","image":"web","__proto__":1}'))?.problems[0]?.pointer).toBe('/__proto__');
    expect(refusal(JSON.parse('{"name":"web","image":"web","env":{"__proto__":"x"}}'))?.problems[0]?.pointer).toBe(
      '/env/__proto__',
    );
    expect(pointers({ ports: Array.from({ length: 50_000 }, () => 'x') })).toHaveLength(101);
    expect(pointers({ ports: Array.from({ length: 50_000 }, () => 80) })).toHaveLength(101);
  });

  it('never makes it throw anything but DomainError', () => {
    const values = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 4 }),
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
    );
    const strange = fc.dictionary(fc.constantFrom(...Object.keys(EXAMPLE), '__proto__', 'constructor', 'x'), values);
    fc.assert(
      fc.property(fc.oneof(values, strange), (body) => {
        refusal(body);
        refusal({ ...EXAMPLE, ...(body as object) });
      }),
      { numRuns: 400 },
    );
  });
});

describe('a spec from a newer sender', () => {
  it.each([
    [EXAMPLE, undefined],
    [{ ...EXAMPLE, colour: 'blue' }, '/colour'],
    [{ ...EXAMPLE, colour: null }, undefined],
    [{ ...EXAMPLE, stop: { lines: 1 }, zeal: 1 }, '/stop/lines'],
    [{ ...EXAMPLE, ports: [80, { host: 1, container: 1, address: 'x' }] }, '/ports/1/address'],
    [{ ...EXAMPLE, rolling: 5 }, undefined],
    [[], undefined],
  ])('is known or not: %#', (spec, expected) => expect(unknownSetting(spec)).toBe(expected));

  it('does not resolve where a field does not parse after all', () => {
    const spec: AppSpec = { name: 'web', image: 'web', volumes: ['/a:/b:of-tomorrow'] };
    expect(() => resolveApp(spec)).toThrow(DomainError);
  });
});
