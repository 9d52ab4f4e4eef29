import { parseImage } from '@nebula/domain';
import { Malformed, type ParseValue } from './parse-value';

/** As the Engine takes it with a pull. */
export interface RegistryLogin {
  username: string;
  password: string;
  serverAddress: string;
}

export interface Registry {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

const DOCKER_HUB = 'docker.io';
/** The name under which the Engine knows Docker Hub's login. */
const DOCKER_HUB_ADDRESS = 'https://index.docker.io/v1/';
const HUB_NAMES = [DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'];
const MUST = 'must be a list of {"host", "user", "password"}, each a text that is not empty';

/** A registry as people write it (`registry:5000`, `https://index.docker.io/v1/`), to `host[:port]`. */
export const registryHost: ParseValue<string> = (value) => {
  const written = typeof value === 'string' ? value.toLowerCase().replace(/^https?:\/\//, '') : '';
  const host = written.replace(/\/.*$/s, '');
  if (!/^(\[[\da-f:.]+\]|[a-z\d]([a-z\d.-]*[a-z\d])?)(:\d{1,5})?$/.test(host))
    throw new Malformed('must be a registry’s host, such as registry.example:5000');
  return HUB_NAMES.includes(host) ? DOCKER_HUB : host;
};

/** A JSON list, or its text. Two logins of one registry are refused: which one counts would be chance. */
export const registryList: ParseValue<readonly Registry[]> = (value) => {
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (!Array.isArray(list)) throw new Malformed(MUST);
  const registries = list.map(registry);
  const hosts = new Set(registries.map(({ host }) => host));
  if (hosts.size < registries.length) throw new Malformed('must name each registry once');
  return Object.freeze(registries);
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Malformed(MUST);
  }
}

function registry(value: unknown): Registry {
  if (typeof value !== 'object' || value === null) throw new Malformed(MUST);
  const { host, user, password, ...unknown } = value as Record<string, unknown>;
  const texts = [user, password].filter((text) => typeof text === 'string' && text !== '');
  if (texts.length < 2 || Object.keys(unknown).length > 0) throw new Malformed(MUST);
  return Object.freeze({ host: registryHost(host), user: String(user), password: String(password) });
}

export interface RegistrySettings {
  readonly REGISTRY_HOST: string;
  readonly REGISTRY_AUTH_USER?: string;
  readonly REGISTRY_AUTH_PASSWORD?: string;
  readonly REGISTRIES: readonly Registry[];
}

/** The original's word for "no login". */
const SKIP = 'skip';

/** The logins by registry; that of `REGISTRY_HOST` counts where both name one registry. */
export function registryLogins(settings: RegistrySettings): ReadonlyMap<string, RegistryLogin> {
  const { REGISTRY_HOST: host, REGISTRY_AUTH_USER: user, REGISTRY_AUTH_PASSWORD: password, REGISTRIES } = settings;
  const given = user !== undefined && password !== undefined && !(user === SKIP && password === SKIP);
  const single = given ? [{ host, user, password }] : [];
  return new Map([...REGISTRIES, ...single].map((one) => [one.host, loginOf(one)]));
}

const loginOf = ({ host, user, password }: Registry): RegistryLogin => ({
  username: user,
  password,
  serverAddress: host === DOCKER_HUB ? DOCKER_HUB_ADDRESS : host,
});

/** @returns the login of the registry that the image comes from; undefined: it is asked without one */
export function loginFor(logins: ReadonlyMap<string, RegistryLogin>, image: string): RegistryLogin | undefined {
  const reference = parseImage(image);
  return reference.ok ? logins.get(registryHost(reference.value.domain)) : undefined;
}
