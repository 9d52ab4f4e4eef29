import { textsByName } from '../../parse/parsed';

/** What Docker can hand to a process: names that can be told from their values. */
export const parseEnv = textsByName((name) => {
  if (name === '') return 'must have a name';
  return name.includes('=') ? "must not have '=' in its name" : undefined;
});
