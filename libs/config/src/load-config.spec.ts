import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@nebula/domain';
import { ConfigError, loadConfig, processSources, type Program } from '.';

type Files = Record<string, unknown>;

/** Files are JSON unless they are text already; `null` stands for one that may not be read. */
function load(env: Record<string, string | undefined> = {}, files: Files = {}, program: Program = 'standalone') {
  const readFile = (path: string): string => {
    if (!(path in files)) throw Object.assign(new Error(), { code: 'ENOENT' });
    const content = files[path];
    if (content === null) throw Object.assign(new Error(), { code: 'EACCES' });
    if (content instanceof Error) throw content;
    return typeof content === 'string' ? content : JSON.stringify(content);
  };
  return loadConfig(program, { env, readFile });
}

function refusal(env: Record<string, string>, files: Files = {}, program?: Program): ConfigError {
  try {
    load(env, files, program);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const CONF = 'nebula.conf.json';

describe('a configuration', () => {
  it('has the defaults when nothing is given', () => {
    expect(load()).toEqual({
      INSTALLATION: 'nebula',
      API_HOST: '127.0.0.1',
      API_PORT: 8080,
      APP_NAME: ['*'],
      DATA_DIR: '.nebula',
      BASIC_AUTH_USER: 'nebula',
      REGISTRY_HOST: 'docker.io',
      REGISTRIES: [],
      RABBIT_VHOST: '/',
      RABBIT_HEARTBEAT: 5,
      RABBIT_TLS: false,
      RABBIT_QUEUE_TYPE: 'classic',
      SCHEMA_NAME: 'nebula',
      MAX_RESTART_WAIT_IN_SECONDS: 0,
      SETTLE_SECONDS: 5,
      REPORT_INTERVAL_SECONDS: 15,
      DIGEST_INTERVAL_SECONDS: 30,
      SWEEP_INTERVAL_SECONDS: 60,
      HOST_FORGET_AFTER_HOURS: 168,
      LOG_LEVEL: 'log',
      TRUSTED_PROXIES: [],
    });
  });

  it('gives standalone every app, unless it was told which', () => {
    expect(load({}, {}, 'standalone').APP_NAME).toEqual(['*']);
    expect(load({ APP_NAME: 'web' }, {}, 'standalone').APP_NAME).toEqual(['web']);
    expect(load({ DEVICE_GROUP: 'g' }, {}, 'standalone').APP_NAME).toBeUndefined();
  });

  it('takes the environment before the file, and the file before the default', () => {
    const files = { [CONF]: { API_PORT: 1000, INSTALLATION: 'file' } };
    expect(load({ API_PORT: '2000' }, files)).toMatchObject({ API_PORT: 2000, INSTALLATION: 'file' });
  });

  it('takes an empty variable, and a null in the file, as not given', () => {
    expect(load({ API_PORT: '', LOG_LEVEL: undefined }, { [CONF]: { API_PORT: null, DATA_DIR: null } })).toEqual(
      load(),
    );
  });

  it('cannot be changed', () => {
    const config = load({ APP_NAME: 'a', REGISTRIES: '[{"host":"h","user":"u","password":"p"}]' });
    for (const value of [config, config.APP_NAME, config.REGISTRIES, config.REGISTRIES[0], config.TRUSTED_PROXIES])
      expect(Object.isFrozen(value)).toBe(true);
  });

  it('is not troubled by variables that are not ours', () => {
    expect(load({ PATH: '/bin', API_PORTS: '1', __proto__X: 'y', API_PORT_FILE: '/x' })).toEqual(load());
  });

  it('of this process comes from its environment and its disk', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nebula-conf-'));
    try {
      writeFileSync(join(folder, 'c.json'), '{"INSTALLATION":"disk"}');
      const { readFile, env } = processSources();
      expect(env).toBe(process.env);
      const sources = { env: { CONF_FILE: join(folder, 'c.json') }, readFile };
      expect(loadConfig('standalone', sources).INSTALLATION).toBe('disk');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the conf file', () => {
  it('is the one that CONF_FILE names', () => {
    const files = { 'other.json': '\uFEFF{"API_PORT": 1}', [CONF]: { API_PORT: 2 } };
    expect(load({ CONF_FILE: 'other.json' }, files).API_PORT).toBe(1);
    expect(load({ CONF_FILE: '' }, files).API_PORT).toBe(2);
  });

  it('may have its names in lower case, as the original’s', () => {
    expect(load({}, { [CONF]: { api_port: 1, device_group: 'g' } })).toMatchObject({ API_PORT: 1, DEVICE_GROUP: 'g' });
  });

  it.each([
    ['absent though it was named', {}, 'other.json cannot be read (ENOENT)'],
    ['not to be read', { 'other.json': null }, 'other.json cannot be read (EACCES)'],
    ['broken in another way', { 'other.json': new Error('x') }, 'other.json cannot be read'],
    ['cut off', { 'other.json': '{"API_PORT":' }, 'other.json is not JSON'],
    ['not JSON', { 'other.json': '{\n  "AUTH_TOKEN": top-secret }' }, 'other.json is not JSON'],
    ['with a comma too many', { 'other.json': '{"API_PORT": 1,}' }, 'other.json is not JSON (line 1 column 16)'],
    ['null', { 'other.json': 'null' }, 'other.json must be a JSON object'],
    ['a list', { 'other.json': [] }, 'other.json must be a JSON object'],
    ['a number', { 'other.json': '5' }, 'other.json must be a JSON object'],
    ['10,000 deep', { 'other.json': '['.repeat(10_000) + ']'.repeat(10_000) }, 'other.json must be a JSON object'],
  ])('that is %s stops the start with words', (_what, files: Files, words) => {
    const { message } = refusal({ CONF_FILE: 'other.json' }, files);
    expect(message).toMatch(new RegExp(`^the configuration is not usable:\n  ${words.replace(/[().]/g, '\\$&')}( |$)`));
    expect(message).not.toContain('secret');
  });

  it('stops the start by each key that is no setting, or that is there twice', () => {
    const text = `{"API_PORT":1,"api_port":1,"Api_Port":1,"MONGO":1,"__proto__":{},"API_PORT_FILE":"x","a\\nb":1}`;
    const { problems } = refusal({}, { [CONF]: text });
    expect(problems.map(({ pointer, detail }) => `${pointer} ${detail}`)).toEqual([
      `API_PORT in ${CONF} is given twice`,
      `Api_Port in ${CONF} is not a setting`,
      `MONGO in ${CONF} is not a setting`,
      `__proto__ in ${CONF} is not a setting`,
      `API_PORT_FILE in ${CONF} is not a setting`,
      `"a\\nb" in ${CONF} is not a setting`,
    ]);
  });
});

describe('what is wrong', () => {
  it('is told in one message, of environment and file alike, without any value', () => {
    const error = refusal(
      { API_PORT: 'hunter2', AUTH_TOKEN: 'hunter2', REGISTRIES: '[{"password":"hunter2"}]' },
      { [CONF]: { API_PORT: 'hunter2', UNKNOWN: 'hunter2', BASIC_AUTH_PASSWORD: ['hunter2'] } },
    );
    expect(error).toBeInstanceOf(DomainError);
    expect([error.kind, error.code]).toEqual(['malformed', 'invalid-config']);
    expect(error.message).toBe(
      [
        'the configuration is not usable:',
        `  UNKNOWN in ${CONF} is not a setting`,
        '  API_PORT in the environment must be a whole number from 0 to 65535',
        `  API_PORT in ${CONF} must be a whole number from 0 to 65535`,
        `  BASIC_AUTH_PASSWORD in ${CONF} must be a text that is not empty, without line ends`,
        '  AUTH_TOKEN in the environment must be at least 16 letters, digits and signs, without spaces',
        '  REGISTRIES in the environment must be a list of {"host", "user", "password"}, each a text that is not empty',
      ].join('\n'),
    );
  });

  it('in the file is told though the environment wins', () => {
    expect(refusal({ API_PORT: '1' }, { [CONF]: { API_PORT: -1 } }).problems).toHaveLength(1);
  });

  it('is half a login', () => {
    expect(refusal({ REGISTRY_AUTH_USER: 'u' }).message).toContain('REGISTRY_AUTH_PASSWORD is missing');
    expect(refusal({ REGISTRY_AUTH_PASSWORD: 'p' }).message).toContain('REGISTRY_AUTH_USER is missing');
    expect(load({ REGISTRY_AUTH_USER: 'u', REGISTRY_AUTH_PASSWORD: 'p' })).toMatchObject({ REGISTRY_AUTH_USER: 'u' });
  });
});

describe('what a program cannot do without', () => {
  const told = (program: Program, env: Record<string, string> = {}, files: Files = {}): string[] =>
    refusal(env, files, program).problems.map(({ pointer, detail }) => `${pointer} ${detail}`);
  const RABBIT = 'RABBIT_URL or RABBIT_HOST is missing: where RabbitMQ is';
  const MONGO = 'MONGO_URL is missing: where MongoDB is';
  const URLS = { RABBIT_URL: 'amqp://u:p@h', MONGO_URL: 'mongodb://h' };

  it('is told at once, all of it', () => {
    expect(told('worker')).toEqual(['APP_NAME or DEVICE_GROUP is missing: what this host runs', RABBIT]);
    expect(told('monitor')).toEqual([RABBIT, MONGO]);
    expect(told('api')).toEqual([
      'BASIC_AUTH_PASSWORD is missing: the password of the API, the same for all its replicas',
      RABBIT,
      MONGO,
    ]);
  });

  it('may come from the environment, from the file, and from secrets in files of their own', () => {
    const files = { [CONF]: { MONGO_URL_FILE: '/m' }, '/m': 'mongodb://h\n', '/p': 'secret\n' };
    const env = { RABBIT_URL: 'amqp://u:p@h', BASIC_AUTH_PASSWORD_FILE: '/p' };
    expect(load(env, files, 'api')).toMatchObject({ MONGO_URL: 'mongodb://h', BASIC_AUTH_PASSWORD: 'secret' });
    expect(load({ ...URLS, DEVICE_GROUP: 'g' }, {}, 'worker')).toMatchObject({ DEVICE_GROUP: 'g' });
    expect(load({ ...URLS, APP_NAME: 'a' }, {}, 'worker')).toMatchObject({ APP_NAME: ['a'] });
    expect(load(URLS, {}, 'monitor')).toMatchObject({ SCHEMA_NAME: 'nebula', HOST_FORGET_AFTER_HOURS: 168 });
  });

  it('is user and password too, where RabbitMQ is told by its host', () => {
    const detail = 'is missing: RABBIT_HOST needs a user and a password';
    const env = { MONGO_URL: 'mongodb://h', RABBIT_HOST: 'h' };
    expect(told('monitor', env)).toEqual([`RABBIT_USER ${detail}`, `RABBIT_PASSWORD ${detail}`]);
    expect(told('monitor', { ...env, RABBIT_USER: 'u' })).toEqual([`RABBIT_PASSWORD ${detail}`]);
    expect(load({ ...env, ...URLS }, {}, 'monitor')).toMatchObject({ RABBIT_HOST: ['h'] });
  });

  it('is the other half of a certificate', () => {
    const env = { ...URLS, RABBIT_TLS_CERT_FILE: '/c' };
    expect(told('monitor', env)).toEqual([
      'RABBIT_TLS_KEY_FILE is missing: a certificate and its key are given together',
    ]);
  });

  it('is not told as missing when it is there and malformed', () => {
    expect(told('monitor', { RABBIT_URL: 'http://secret', MONGO_URL: 'secret' })).toEqual([
      expect.stringMatching(/^RABBIT_URL in the environment must be such as/),
      expect.stringMatching(/^MONGO_URL in the environment must be such as/),
    ]);
  });
});

describe('a secret', () => {
  it.each(['from a file\n', 'from a file\r\n', 'from a file'])(
    'comes from a file too, less its last line end',
    (text) => {
      const files = { '/run/secret': text, [CONF]: { BASIC_AUTH_PASSWORD: 'lost' } };
      expect(load({ BASIC_AUTH_PASSWORD_FILE: '/run/secret' }, files).BASIC_AUTH_PASSWORD).toBe('from a file');
      const conf = { BASIC_AUTH_PASSWORD_FILE: '/run/secret' };
      expect(load({}, { ...files, [CONF]: conf }).BASIC_AUTH_PASSWORD).toBe('from a file');
      expect(load({ BASIC_AUTH_PASSWORD: 'won' }, { ...files, [CONF]: conf }).BASIC_AUTH_PASSWORD).toBe('won');
    },
  );

  it('whose file does not help stops the start', () => {
    const told = (env: Record<string, string>, files: Files = {}) => refusal(env, files).problems[0]!;
    expect(told({ AUTH_TOKEN_FILE: '/none' }).detail).toContain('a file that cannot be read (ENOENT)');
    expect(told({ AUTH_TOKEN_FILE: '/s' }, { '/s': 'short' })).toEqual({
      pointer: 'AUTH_TOKEN_FILE',
      detail: expect.stringContaining('names a file whose text must be at least 16'),
    });
    expect(told({ AUTH_TOKEN_FILE: '/s', AUTH_TOKEN: 'x'.repeat(16) }).detail).toContain('given twice');
    expect(told({}, { [CONF]: { AUTH_TOKEN_FILE: 5 } }).detail).toContain('must be a path');
    expect(told({}, { [CONF]: { AUTH_TOKEN_FILE: '' } }).detail).toContain('must be a path');
  });
});
