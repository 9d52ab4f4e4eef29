import { chownSync, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';
const GROUP_MAY_USE = 0o060;

export interface Leaving {
  /** Undefined: the worker goes on as whoever started it. */
  user: number | undefined;
  dockerHost: string | undefined;
  /** Where the worker keeps its file: from then on the user's. */
  folder: string;
}

/**
 * A worker that was started as root goes on as a user who may do nothing but use the Docker socket, by its group, and keep
 * the worker's file. To be called before anything is opened.
 * @returns why it stays root after all; undefined: it does not, or it never was
 */
export function leaveRoot({ user, dockerHost = DEFAULT_SOCKET, folder }: Leaving): string | undefined {
  if (user === undefined || process.getuid?.() !== 0 || !process.setgroups) return undefined;
  try {
    const group = groupOf(dockerHost);
    if (group === undefined) return 'the group of the Docker socket may not use it';
    giveAway(folder, user);
    process.setgroups([group]);
    process.setgid?.(user);
    process.setuid?.(user);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @returns the group by which the Engine is reached, `undefined` when it can't be; of an Engine behind TCP: nobody's */
function groupOf(dockerHost: string): number | undefined {
  if (!dockerHost.startsWith('unix://')) return NOBODY;
  const { gid, mode } = statSync(dockerHost.slice('unix://'.length));
  return (mode & GROUP_MAY_USE) === GROUP_MAY_USE ? gid : undefined;
}

const NOBODY = 65_534;

/** The worker's file may be there from a time when it ran as root. */
function giveAway(folder: string, user: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isFile()) chownSync(path, user, user);
  }
  chownSync(folder, user, user);
}
