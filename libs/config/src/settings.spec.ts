import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationTable, loadConfig, selectionOf } from '.';
import { type SettingName, SETTINGS } from './settings';

const read = (name: SettingName, value: unknown): unknown => SETTINGS[name].parse(value);

describe('a value', () => {
  const good: [SettingName, unknown, unknown][] = [
    ['API_PORT', '0', 0],
    ['API_PORT', 65_535, 65_535],
    ['API_HOST', '::', '::'],
    ['API_HOST', 'localhost', 'localhost'],
    ['INSTALLATION', 'n3_.-b', 'n3_.-b'],
    ['APP_NAME', '*', ['*']],
    ['APP_NAME', ' b, a,,b ', ['b', 'a']],
    ['APP_NAME', ['a', 'b'], ['a', 'b']],
    ['APP_NAME', [], []],
    ['DEVICE_GROUP', 'edge-1', 'edge-1'],
    ['DOCKER_HOST', 'unix:///run/docker.sock', 'unix:///run/docker.sock'],
    ['DOCKER_HOST', 'tcp://10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
    ['REGISTRY_HOST', 'https://index.docker.io/v1/', 'docker.io'],
    ['REGISTRY_HOST', 'http://Reg.example:5000/v2', 'reg.example:5000'],
    ['REGISTRY_HOST', '[::1]:5000', '[::1]:5000'],
    ['REGISTRIES', [{ host: 'h', user: 'u', password: 'p' }], [{ host: 'h', user: 'u', password: 'p' }]],
    ['LOG_LEVEL', 'verbose', 'verbose'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, ::1,loopback,fe80::/10', ['10.0.0.0/8', '::1', 'loopback', 'fe80::/10']],
    ['TRUSTED_PROXIES', ['127.0.0.1'], ['127.0.0.1']],
    ['BASIC_AUTH_PASSWORD', 'ä b', 'ä b'],
    ['AUTH_TOKEN', '0123456789abcdef', '0123456789abcdef'],
    ['HOST_FORGET_AFTER_HOURS', '0', 0],
    ['RABBIT_URL', 'amqp://u:p%2C%2F@h:5672/%2F', ['amqp://u:p%2C%2F@h:5672/%2F']],
    ['RABBIT_URL', 'amqp://h, amqps://[::1]:5671/v', ['amqp://h', 'amqps://[::1]:5671/v']],
    ['RABBIT_HOST', 'a, b:5673,[::1]:1', ['a', 'b:5673', '[::1]:1']],
    ['RABBIT_TLS', 'TRUE', true],
    ['RABBIT_TLS', false, false],
    ['RABBIT_QUEUE_TYPE', 'quorum', 'quorum'],
    ['MONGO_URL', 'mongodb://u:p@a:1,b:2/?replicaSet=r', 'mongodb://u:p@a:1,b:2/?replicaSet=r'],
    ['MONGO_URL', 'mongodb+srv://h', 'mongodb+srv://h'],
  ];
  it.each(good)('of %s may be %j', (name, value, expected) => expect(read(name, value)).toEqual(expected));

  const bad: [SettingName, unknown[]][] = [
    [
      'API_PORT',
      ['', ' 1', '-1', '1.5', 'abc', '0x10', '1e3', 65_536, -1, 1.5, Number.NaN, true, [], {}, '9'.repeat(400)],
    ],
    ['API_HOST', ['', ' ', 'a b', 'http://x', 5]],
    ['INSTALLATION', ['', 'A', '-a', 'a/b', 'a'.repeat(64), 'a\n', 5]],
    ['DATA_DIR', ['', 'a\0b', 1]],
    ['BASIC_AUTH_USER', ['', 'a:b', 'a\nb']],
    ['BASIC_AUTH_PASSWORD', ['', 'a\nb', 5]],
    ['AUTH_TOKEN', ['', 'x'.repeat(15), 'with space 0123456789', 'ünïcödé-ünïcödé-ünïcödé']],
    ['APP_NAME', ['*,a', 'a b', '-a', ['a', 5], 5, 'a'.repeat(59), '../a', '$']],
    ['DEVICE_GROUP', ['*', '', 'a,b', 5]],
    [
      'RABBIT_URL',
      ['', ',', 'h', 'http://h', 'amqp://', 'amqp://h/a/b', 'amqp://u:%zz@h', 'amqp://h?x=1', 'amqp://a b', 5],
    ],
    ['RABBIT_HOST', ['', ',', 'a b', 'amqp://h', 'h:', 'h:0', 'h:65536', '::1', '-a', 5, [5]]],
    ['RABBIT_PORT', [0, 65_536, 'x']],
    ['RABBIT_VHOST', ['', 'a\nb']],
    ['RABBIT_HEARTBEAT', [0, 'x']],
    ['RABBIT_TLS', ['', 'yes', 1]],
    ['RABBIT_QUEUE_TYPE', ['', 'stream']],
    ['MONGO_URL', ['', 'h', 'http://h', 'mongodb://', 'mongodb://a b', 5]],
    ['SCHEMA_NAME', ['', 'a.b', 'a b', '$', 'a'.repeat(39)]],
    ['HEALTH_FILE', ['', 'a\0b']],
    ['RUN_AS', [0, '-1', 'nobody']],
    ['HOST_ID', ['', 'a b', '-a', 'a'.repeat(129)]],
    ['DOCKER_HOST', ['', '/run/docker.sock', 'unix://x', 'tcp://', 'ssh://x']],
    ['REGISTRY_HOST', ['', 'a b', 'reg:port', 'https://', '-', 5]],
    ['REGISTRY_AUTH_USER', ['', 'a\nb']],
    [
      'REGISTRIES',
      ['', '{', '{}', 5, [5], [null], [{ host: 'h', user: 'u' }], [{ host: 'h', user: '', password: 'p' }]],
    ],
    ['REGISTRIES', [[{ host: '', user: 'u', password: 'p' }], [{ host: 'h', user: 'u', password: 'p', more: 1 }]]],
    [
      'REGISTRIES',
      [
        [
          { host: 'docker.io', user: 'u', password: 'p' },
          { host: 'https://index.docker.io/v1/', user: 'v', password: 'p' },
        ],
      ],
    ],
    ['MAX_RESTART_WAIT_IN_SECONDS', ['-1', 86_401]],
    ['SETTLE_SECONDS', [0, 301]],
    ['REPORT_INTERVAL_SECONDS', [0, 3601]],
    ['LOG_LEVEL', ['', 'LOG', 'info', 5]],
    ['TRUSTED_PROXIES', ['x', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', 'loopback/8', [5], 5, {}]],
  ];
  it.each(bad.flatMap(([name, values]) => values.map((value): [SettingName, unknown] => [name, value])))(
    'of %s may not be %j',
    (name, value) => expect(() => read(name, value)).toThrow(/^must /),
  );
});

describe('what a host runs', () => {
  const selection = (env: Record<string, string>) =>
    selectionOf(loadConfig('worker', { env: { RABBIT_URL: 'amqp://h', ...env }, readFile: () => '{}' }));

  it('is every app, a list, a group, or a list and a group', () => {
    expect(selection({ APP_NAME: '*' })).toEqual({ all: true, names: [] });
    expect(selection({ APP_NAME: 'b,a' })).toEqual({ all: false, names: ['b', 'a'] });
    expect(selection({ DEVICE_GROUP: 'g' })).toEqual({ all: false, names: [], group: 'g' });
    expect(selection({ DEVICE_GROUP: 'g', APP_NAME: 'a' })).toEqual({ all: false, names: ['a'], group: 'g' });
    expect(selection({ DEVICE_GROUP: 'g', APP_NAME: '*' })).toEqual({ all: true, names: [], group: 'g' });
  });
});

describe('the page of settings', () => {
  const PAGE = join(__dirname, '../../../docs/configuration.md');
  const TABLE = /(?<=<!-- settings -->\n)[^]*(?=\n<!-- \/settings -->)/;

  it('is the table’s: to write it anew, run this test with UPDATE_DOCS=1', () => {
    const page = readFileSync(PAGE, 'utf8');
    if (process.env['UPDATE_DOCS'])
      writeFileSync(
        PAGE,
        page.replace(TABLE, () => configurationTable()),
      );
    expect(TABLE.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(configurationTable());
  });

  it('names every setting once, its secrets with their files', () => {
    const table = configurationTable();
    for (const name of Object.keys(SETTINGS))
      expect(table.split('\n').filter((row) => row.startsWith(`| \`${name}\``))).toHaveLength(1);
    expect(table).toContain('`AUTH_TOKEN`, `AUTH_TOKEN_FILE`');
    expect(table).not.toContain('`API_PORT_FILE`');
  });
});
