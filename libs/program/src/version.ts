import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of Nebula that runs. For what is built: it is one folder deeper than its source. */
export function productVersion(): string {
  const file = join(__dirname, '../../../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
