import { chmodSync, existsSync, mkdirSync } from 'node:fs';

/** Makes the folder, its owner's only, where it is missing. @throws Error of the file system */
export function makeDataFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}
