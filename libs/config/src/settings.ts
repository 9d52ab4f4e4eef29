import { appNames, groupName } from './app-names';
import { address, listOf, oneOf, textLike, wholeNumber } from './parse-value';
import { registryHost, registryList } from './registries';
import { SERVER_SETTINGS } from './server-settings';
import { type Program, PROGRAMS, type Setting, setting, withDefault } from './setting';

export { PROGRAMS, type Program, type Setting } from './setting';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'log' | 'debug' | 'verbose';

const ALL = PROGRAMS;
const API: readonly Program[] = ['standalone', 'api'];
const HOST: readonly Program[] = ['standalone', 'worker'];
const FLEET: readonly Program[] = ['api', 'worker', 'monitor'];
const WATCH: readonly Program[] = ['standalone', 'api', 'monitor'];

const path = textLike(/^[^\0]+$/, 'must be a path');
const password = textLike(/^\P{Cc}+$/u, 'must be a text that is not empty, without line ends');

/** Every setting, by the name of its environment variable: the one place to add one. */
export const SETTINGS = {
  INSTALLATION: withDefault({
    description: 'Name of this installation; two of different names share an Engine or a broker in peace.',
    programs: ALL,
    default: 'nebula',
    parse: textLike(
      /^[a-z0-9][a-z0-9_.-]{0,62}$/,
      'must be 1 to 63 small letters, digits, "_", "." and "-", the first a letter or digit',
    ),
  }),
  API_HOST: withDefault({
    description: 'Address that the API listens on; `0.0.0.0` for every network.',
    programs: API,
    default: '127.0.0.1',
    parse: textLike(/^[a-zA-Z0-9:][a-zA-Z0-9.:%_-]{0,252}$/, 'must be an IP address or a host name'),
  }),
  API_PORT: withDefault({
    description: 'Port that the API listens on; 0 takes any free one.',
    programs: API,
    default: 8080,
    parse: wholeNumber(0, 65_535),
  }),
  DATA_DIR: withDefault({
    description: 'Folder for what is kept on this machine; made owner-only when it does not exist.',
    programs: HOST,
    default: '.nebula',
    parse: path,
  }),
  BASIC_AUTH_USER: withDefault({
    description: 'User of the API.',
    programs: API,
    default: 'nebula',
    parse: textLike(/^[^\p{Cc}:]+$/u, 'must be a name without ":" and line ends'),
  }),
  BASIC_AUTH_PASSWORD: setting({
    description:
      'Password of the API: needed by api, the same for all its replicas; standalone makes one at its first start and keeps it in `DATA_DIR`.',
    programs: API,
    secret: true,
    parse: password,
  }),
  AUTH_TOKEN: setting({
    description: 'Token of the API (`Authorization: Bearer …`), at least 16 characters.',
    programs: API,
    secret: true,
    parse: textLike(/^[!-~]{16,}$/, 'must be at least 16 letters, digits and signs, without spaces'),
  }),
  APP_NAME: setting({
    description: 'Apps that this host runs: names with commas between, or `*` for every app.',
    programs: HOST,
    parse: appNames,
  }),
  DEVICE_GROUP: setting({
    description: 'Device group whose apps this host runs; together with `APP_NAME`, both count.',
    programs: HOST,
    parse: groupName,
  }),
  HOST_ID: setting({
    description: 'Name of this host in statuses; else the Engine’s host name and a short hash of its id.',
    programs: HOST,
    parse: textLike(/^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,127}$/, 'must be 1 to 128 letters, digits, "_", ".", ":" and "-"'),
  }),
  DOCKER_HOST: setting({
    description: 'Address of the Docker Engine; else its default socket.',
    programs: HOST,
    parse: textLike(
      /^(unix:\/\/\/|(tcp|https?):\/\/)[^\s\0]+$/,
      'must be such as unix:///run/docker.sock or tcp://host:2375',
    ),
  }),
  REGISTRY_HOST: withDefault({
    description: 'Registry that `REGISTRY_AUTH_USER` logs in to.',
    programs: HOST,
    default: 'docker.io',
    parse: registryHost,
  }),
  REGISTRY_AUTH_USER: setting({
    description: 'User of the registry.',
    programs: HOST,
    parse: textLike(/^\P{Cc}+$/u, 'must be a name without line ends'),
  }),
  REGISTRY_AUTH_PASSWORD: setting({
    description: 'Password of the registry.',
    programs: HOST,
    secret: true,
    parse: password,
  }),
  REGISTRIES: withDefault({
    description: 'Logins of more registries: a JSON list of `{"host", "user", "password"}`.',
    programs: HOST,
    secret: true,
    default: Object.freeze([]) as ReturnType<typeof registryList>,
    parse: registryList,
  }),
  ...SERVER_SETTINGS,
  MAX_RESTART_WAIT_IN_SECONDS: withDefault({
    description: 'Replacing containers is spread at random over this time; first starts, stops and repairs never wait.',
    programs: HOST,
    default: 0,
    parse: wholeNumber(0, 86_400),
  }),
  SETTLE_SECONDS: withDefault({
    description:
      'Time that containers of new settings or a new image must run before their app counts as converged; what ran before counts after 1 s.',
    programs: HOST,
    default: 5,
    parse: wholeNumber(1, 300),
  }),
  REPORT_INTERVAL_SECONDS: withDefault({
    description: 'Time between a host’s reports when nothing changes; three of them without one make it silent.',
    programs: ALL,
    default: 15,
    parse: wholeNumber(1, 3600),
  }),
  DIGEST_INTERVAL_SECONDS: withDefault({
    description: 'Time between the digests by which hosts find out that they missed a change.',
    programs: API,
    default: 30,
    parse: wholeNumber(1, 3600),
  }),
  SWEEP_INTERVAL_SECONDS: withDefault({
    description: 'Time between a host’s looks at all of its Engine, for what its events did not tell.',
    programs: HOST,
    default: 60,
    parse: wholeNumber(1, 86_400),
  }),
  HOST_FORGET_AFTER_HOURS: withDefault({
    description: 'Time after which a silent host is forgotten; 0 is never.',
    programs: WATCH,
    default: 168,
    parse: wholeNumber(0, 87_600),
  }),
  LOG_LEVEL: withDefault({
    description: 'Least important level that is logged: fatal, error, warn, log, debug or verbose.',
    programs: ALL,
    default: 'log' as LogLevel,
    parse: oneOf<readonly LogLevel[]>('fatal', 'error', 'warn', 'log', 'debug', 'verbose'),
  }),
  HEALTH_FILE: setting({
    description: 'File that the program writes anew every 5 s while it works: for the health check of its container.',
    programs: FLEET,
    parse: path,
  }),
  RUN_AS: setting({
    description:
      'User id that a worker started as root goes on as, with the group of the Docker socket, where that is enough to use it.',
    programs: ['worker'],
    parse: wholeNumber(1, 4_294_967_294),
  }),
  TRUSTED_PROXIES: withDefault({
    description: 'Proxies whose word on a client’s address is taken: addresses or networks with commas between.',
    programs: API,
    default: Object.freeze([]) as readonly string[],
    parse: listOf(address),
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

type ValueOf<S> = S extends Setting<infer T> ? T : never;
type DefaultedName = { [N in SettingName]: (typeof SETTINGS)[N] extends { default: unknown } ? N : never }[SettingName];

/** What a program was told, by the names of its settings. Frozen. */
export type Config = { readonly [N in DefaultedName]: ValueOf<(typeof SETTINGS)[N]> } & {
  readonly [N in Exclude<SettingName, DefaultedName>]?: ValueOf<(typeof SETTINGS)[N]>;
};

/** What each program does not start without. */
interface NeededBy {
  standalone: never;
  api: 'BASIC_AUTH_PASSWORD' | 'MONGO_URL';
  monitor: 'MONGO_URL';
  worker: never;
}

/** What this program was told: what it needs is there. */
export type ConfigOf<P extends Program> = Config & {
  readonly [N in NeededBy[P]]-?: NonNullable<Config[N]>;
};
