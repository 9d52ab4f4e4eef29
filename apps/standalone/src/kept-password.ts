import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The password of this installation: made at the first start, the same ever after. Readable by the owner only. */
export function keptPassword(folder: string): string {
  const file = join(folder, 'password');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (known !== '') return known;
  const password = randomBytes(18).toString('base64url');
  // Renamed into place, so that a start that is killed leaves no half a password behind.
  writeFileSync(`${file}.new`, `${password}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}
