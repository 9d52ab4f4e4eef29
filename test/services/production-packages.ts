import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface LockedPackage {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** @returns the folders of packages that programs need when they run, as the lock file says: below the repository */
export async function productionPackages(repository: string): Promise<string[]> {
  const lock = await readFile(join(repository, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  return Object.entries(packages)
    .filter(([folder, { dev, optional, devOptional }]) => folder !== '' && !dev && !optional && !devOptional)
    .map(([folder]) => folder);
}
