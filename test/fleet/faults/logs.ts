import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from '../fleet';

const SERVICES = ['api-1', 'api-2', 'monitor', 'broker', 'database', 'balancer'];

/** Copies what all parts said to a folder that stays, and what is on the hosts. @returns the folder */
export async function keepLogs(fleet: Fleet, run: string, folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ofServices = SERVICES.map((name) => cp(join(run, name, 'log'), join(folder, `${name}.log`)));
  const ofHosts = fleet.hosts.flatMap(({ name, worker, docker }, index) => [
    worker.logs().then((text) => writeFile(join(folder, `worker-${name}.log`), text)),
    docker.run(['ps', '--all', '--no-trunc']).then((text) => writeFile(join(folder, `containers-${name}`), text)),
    cp(join(run, `h${index + 1}`, 'log'), join(folder, `engine-${name}.log`)),
  ]);
  await Promise.allSettled([...ofServices, ...ofHosts]);
  return folder;
}
