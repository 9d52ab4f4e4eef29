import type { Problem } from '@nebula/domain';
import { ConfigError } from './config-error';
import { type ConfFile, type ConfSources, readConfFile, reasonOf } from './conf-file';
import type { Malformed } from './parse-value';
import { type ConfigOf, type Program, type Setting, SETTING_NAMES, type SettingName, SETTINGS } from './settings';
import { togetherWrong } from './together';

type Given = ReadonlyMap<string, unknown>;
type Found = { value: unknown } | undefined;

/**
 * What the program is told by the environment, then by the conf file, then by the defaults.
 * @throws ConfigError that names everything that is wrong in either
 */
export function loadConfig<P extends Program>(program: P, sources: ConfSources): ConfigOf<P> {
  const file = readConfFile(sources);
  const problems = [...file.problems];
  const inFile = entriesOfFile(file, problems);
  const inEnvironment = new Map<string, unknown>(Object.entries(sources.env).filter((entry) => entry[1] !== ''));

  const values: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const reader = new SettingReader(name, SETTINGS[name], sources, problems);
    // Both are read, so that what is wrong in the file is told though the environment wins.
    const found = [reader.find(inEnvironment, 'the environment'), reader.find(inFile, file.path)];
    const value = found.find((one) => one !== undefined)?.value ?? defaultOf(SETTINGS[name]);
    if (value !== undefined) values[name] = value;
  }
  problems.push(...togetherWrong(program, values, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  if (program === 'standalone' && !values['APP_NAME'] && !values['DEVICE_GROUP']) values['APP_NAME'] = EVERY_APP;
  return Object.freeze(values) as ConfigOf<P>;
}

/** So that a newcomer's first app runs at once. */
const EVERY_APP: readonly string[] = Object.freeze(['*']);

const defaultOf = (setting: Setting): unknown => ('default' in setting ? setting.default : undefined);

const KNOWN = new Set<string>(
  SETTING_NAMES.flatMap((name) => ('secret' in SETTINGS[name] ? [name, `${name}_FILE`] : [name])),
);

/** Names in upper case, or all in lower case as in the original's files. */
function entriesOfFile({ path, entries }: ConfFile, problems: Problem[]): Given {
  const given = new Map<string, unknown>();
  for (const [key, value] of entries) {
    const name = key === key.toLowerCase() ? key.toUpperCase() : key;
    if (!KNOWN.has(name)) problems.push({ pointer: shown(key), detail: `in ${path} is not a setting` });
    else if (given.has(name)) problems.push({ pointer: name, detail: `in ${path} is given twice` });
    else given.set(name, value);
  }
  return given;
}

const shown = (key: string): string => (/^\w{1,64}$/.test(key) ? key : JSON.stringify(key.slice(0, 64)));

class SettingReader {
  constructor(
    private readonly name: SettingName,
    private readonly setting: Setting,
    private readonly sources: ConfSources,
    private readonly problems: Problem[],
  ) {}

  find(given: Given, where: string): Found {
    const value = given.get(this.name) ?? undefined;
    const path = this.setting.secret ? (given.get(`${this.name}_FILE`) ?? undefined) : undefined;
    if (value !== undefined && path !== undefined)
      return this.refuse(this.name, `in ${where} is given twice: itself, and as ${this.name}_FILE`);
    if (path !== undefined) return this.readSecret(path, where);
    return value === undefined ? undefined : this.parse(value, this.name, `in ${where}`);
  }

  private readSecret(path: unknown, where: string): Found {
    const name = `${this.name}_FILE`;
    if (typeof path !== 'string' || path === '') return this.refuse(name, `in ${where} must be a path`);
    let text: string;
    try {
      text = this.sources.readFile(path);
    } catch (error) {
      return this.refuse(name, `in ${where} names a file that cannot be read${reasonOf(error)}`);
    }
    // Editors and `echo` end a file with a line end that is no part of the secret.
    return this.parse(text.replace(/\r?\n$/, ''), name, `in ${where} names a file whose text`);
  }

  private parse(value: unknown, name: string, subject: string): Found {
    try {
      return { value: this.setting.parse(value) };
    } catch (error) {
      return this.refuse(name, `${subject} ${(error as Malformed).message}`);
    }
  }

  private refuse(pointer: string, detail: string): undefined {
    this.problems.push({ pointer, detail });
  }
}
