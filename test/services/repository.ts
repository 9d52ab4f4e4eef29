import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The folder of this repository, whether this runs from the sources or from what was built of them. */
export const repository = findRepository(__dirname);

function findRepository(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'scripts'))) return folder;
  if (dirname(folder) === folder) throw new Error('this is not run from inside its repository');
  return findRepository(dirname(folder));
}

/** Runs one of the scripts that build a server of the tests, which do nothing when it is built; what it printed. */
export async function build(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(repository, 'scripts', script)]);
  return stdout.trim();
}
