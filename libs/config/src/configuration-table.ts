import { PROGRAMS, type Setting, SETTING_NAMES, SETTINGS } from './settings';

const HEAD = ['| Name | Default | Used by | What it is |', '| --- | --- | --- | --- |'];

/** The settings as a Markdown table, for the page in `docs/`. */
export function configurationTable(): string {
  return [...HEAD, ...SETTING_NAMES.map((name) => row(name, SETTINGS[name]))].join('\n');
}

function row(name: string, setting: Setting): string {
  const names = setting.secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const users = setting.programs.length === PROGRAMS.length ? 'all' : setting.programs.join(', ');
  return `| ${names} | ${defaultShown(setting)} | ${users} | ${setting.description} |`;
}

function defaultShown(setting: Setting): string {
  const text = 'default' in setting ? String(setting.default) : '';
  return text === '' ? '–' : `\`${text}\``;
}
