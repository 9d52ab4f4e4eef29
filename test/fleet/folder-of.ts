import { mkdirSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder that a setting names, made when it is missing. Without links: the kernel's tables of mounts have none, and
 * what is left of a fleet is found by them.
 */
export function folderOf(setting: string | undefined, otherwise: string): string {
  const folder = resolve(setting || otherwise);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync(folder);
}
