import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import type { Docker } from '../live/support/docker';
import { importBaseImage } from './base-image';
import { productionPackages } from './production-packages';
import { repository } from './repository';

export const IMAGES = ['api', 'monitor', 'worker'] as const;
export type ImageName = (typeof IMAGES)[number];

export interface ImagesOptions {
  /** Where the tar files are kept: what is there already, of the same content, is not built again. */
  folder: string;
  /** The Engine that builds: one of a test's own, for the images' names are free there. Nothing of it stays. */
  docker: Docker;
  /** Where it works meanwhile, for whoever may be killed; default: this machine's folder for such. */
  scratch?: string;
  /** What the images are called, after `nebula/worker:` and so on; default `latest`. */
  tag?: string;
  /** The compiled programs; default: the repository's `dist`, which is taken as it is. */
  dist?: string;
}

const BUILD_MS = 300_000;

/**
 * The images of docker/Dockerfile, `nebula/worker:latest` and so on, as files for `docker load`, on a base made of this
 * machine's own parts: `const { worker } = await buildImages({ folder, docker })`. Takes about twenty seconds the first
 * time, and next to none while dist, packages and docker/ stay the same.
 * @param only which ones; default: all
 * @returns the path of each one's tar file
 */
export async function buildImages<Name extends ImageName = ImageName>(
  { folder, docker, scratch = tmpdir(), tag = 'latest', dist = join(repository, 'dist') }: ImagesOptions,
  only: readonly Name[] = IMAGES as readonly ImageName[] as readonly Name[],
): Promise<Record<Name, string>> {
  const content = await hashOfContent(dist);
  await mkdir(folder, { recursive: true });
  const wanted = only.map((name) => ({
    name,
    reference: `nebula/${name}:${tag}`,
    tar: join(folder, `${name}-${tag}-${content}.tar`),
  }));
  const missing = wanted.filter(({ tar }) => !existsSync(tar));
  if (missing.length > 0) {
    for (const { name } of missing) await removeOlder(folder, `${name}-${tag}-`);
    await buildAll(missing, docker, { dist, scratch });
  }
  return Object.fromEntries(wanted.map(({ name, tar }) => [name, tar])) as Record<Name, string>;
}

interface Wanted {
  name: ImageName;
  reference: string;
  tar: string;
}

async function buildAll(
  images: readonly Wanted[],
  docker: Docker,
  { dist, scratch }: { dist: string; scratch: string },
): Promise<void> {
  const own = randomBytes(4).toString('hex');
  const base = `nebula/test-base:${own}`;
  const context = await mkdtemp(join(scratch, 'nebula-image-'));
  try {
    await Promise.all([importBaseImage(docker.host, base, mark(own), scratch), fillContext(context, dist)]);
    for (const { name, reference, tar } of images) {
      const args = [...BUILD, '--target', name, ...basedOn(base), '--tag', reference, context];
      await docker.run(args, { within: BUILD_MS });
      // Renamed into place, so that a build that is killed leaves no half an image behind.
      await docker.run(['save', '--output', `${tar}.${own}`, reference], { within: BUILD_MS });
      await rename(`${tar}.${own}`, tar);
    }
  } finally {
    await rm(context, { recursive: true, force: true });
    await removeMade(docker, mark(own));
  }
}

const BUILD = ['build', '--quiet', '--file', join(repository, 'docker', 'Dockerfile')];
const basedOn = (base: string): string[] => ['--build-arg', `BASE=${base}`, '--build-arg', `BUILDER=${base}`];

/** Of the base, and so of all that is built on it: the stages without a name too. */
const mark = (own: string): string => `nebula-test.build=${own}`;

async function removeMade(docker: Docker, label: string): Promise<void> {
  const list = ['images', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`];
  // Newest first, and each takes those along that only it stood on.
  for (const id of new Set((await docker.run(list)).split('\n').filter(Boolean))) {
    await docker.run(['rmi', '--force', id]).catch(() => undefined);
  }
}

/** What `docker/build.sh` makes where Node.js has npm: compiled programs, and the packages that they need. */
async function fillContext(context: string, dist: string): Promise<void> {
  await cp(join(repository, 'docker'), join(context, 'docker'), { recursive: true });
  await cp(join(repository, 'package.json'), join(context, 'package.json'));
  await cp(dist, join(context, 'dist'), { recursive: true, filter: isNeeded });
  for (const folder of await productionPackages(repository)) {
    const from = join(repository, folder);
    const filter = (path: string): boolean =>
      isNeeded(path) && !relative(from, path).split('/').includes('node_modules');
    await cp(from, join(context, folder), { recursive: true, filter });
  }
}

const isNeeded = (path: string): boolean => !/\.(map|[mc]?ts|md|tsbuildinfo)$/.test(basename(path));

/** Of all that is in an image. */
async function hashOfContent(dist: string): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(process.arch);
  const files = [
    join(repository, 'package-lock.json'),
    ...(await filesIn(join(repository, 'docker'))),
    ...(await filesIn(dist)),
  ];
  for (const file of files.filter((path) => isNeeded(path))) {
    hash.update(`\0${relative(dirname(dist), file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function removeOlder(folder: string, beginning: string): Promise<void> {
  const older = (await readdir(folder)).filter((name) => name.startsWith(beginning));
  for (const name of older) await rm(join(folder, name), { force: true });
}
