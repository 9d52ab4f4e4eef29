import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the folder, its owner's only, where it is missing. @throws Error of the file system */
export function makeDataFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

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
