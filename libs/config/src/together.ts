import type { Problem } from '@nebula/domain';
import type { Program, SettingName } from './settings';

type Values = Readonly<Partial<Record<SettingName, unknown>>>;

/** What no value alone is at fault for: what this program can't do without, and what is given by halves. */
export function togetherWrong(program: Program, values: Values, known: readonly Problem[]): Problem[] {
  // What was given and is malformed has been told already.
  const malformed = new Set(known.map(({ pointer }) => pointer));
  const given = (name: SettingName): boolean =>
    values[name] !== undefined || malformed.has(name) || malformed.has(`${name}_FILE`);
  const problems = [
    ...pair(given, 'REGISTRY_AUTH_USER', 'REGISTRY_AUTH_PASSWORD', 'the registry’s user and password'),
    ...pair(given, 'RABBIT_TLS_CERT_FILE', 'RABBIT_TLS_KEY_FILE', 'a certificate and its key'),
  ];
  const needs = NEEDS[program].filter(({ met }) => !met(given)).map(({ problem }) => problem);
  const byHost = program !== 'standalone' && given('RABBIT_HOST') && !given('RABBIT_URL');
  const login = byHost ? LOGIN.filter((name) => !given(name)) : [];
  return [
    ...problems,
    ...needs,
    ...login.map((pointer) => ({ pointer, detail: 'is missing: RABBIT_HOST needs a user and a password' })),
  ];
}

type Given = (name: SettingName) => boolean;

const LOGIN: readonly SettingName[] = ['RABBIT_USER', 'RABBIT_PASSWORD'];

function pair(given: Given, one: SettingName, other: SettingName, what: string): Problem[] {
  const missing = [one, other].filter((name) => !given(name));
  return missing.length === 1 ? [{ pointer: missing[0]!, detail: `is missing: ${what} are given together` }] : [];
}

interface Need {
  met: (given: Given) => boolean;
  problem: Problem;
}

const need = (names: readonly SettingName[], pointer: string, detail: string): Need => ({
  met: (given) => names.some(given),
  problem: { pointer, detail },
});

const RABBIT = need(['RABBIT_URL', 'RABBIT_HOST'], 'RABBIT_URL', 'or RABBIT_HOST is missing: where RabbitMQ is');
const MONGO = need(['MONGO_URL'], 'MONGO_URL', 'is missing: where MongoDB is');
const PASSWORD = need(
  ['BASIC_AUTH_PASSWORD'],
  'BASIC_AUTH_PASSWORD',
  'is missing: the password of the API, the same for all its replicas',
);
const APPS = need(['APP_NAME', 'DEVICE_GROUP'], 'APP_NAME', 'or DEVICE_GROUP is missing: what this host runs');

const NEEDS: Readonly<Record<Program, readonly Need[]>> = {
  standalone: [],
  api: [PASSWORD, RABBIT, MONGO],
  worker: [APPS, RABBIT],
  monitor: [RABBIT, MONGO],
};
