import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Docker } from '../live/support/docker';
import { importBaseImage } from './base-image';
import { productionPackages } from './production-packages';
import { repository } from './repository';

export const IMAGES = ['api', 'monitor', 'worker'] as const;
export type ImageName = (typeof IMAGES)[number];

export interface ImagesOptions {
  /** Where the tar files are kept: what is there already, of the same content, is not built again. */
  folder: string;
  /** The Engine that builds, as in DOCKER_HOST. Nothing of it stays there. */
  docker: string;
  /** Default: all. */
  only?: readonly ImageName[];
  /** The compiled programs; default: the repository's `dist`, which is taken as it is. */
  dist?: string;
}

export interface BuiltImage {
  /** For `docker load`. */
  tarPath: string;
  /** Its name once it is loaded, with a tag that says what is in it. */
  reference: string;
}

const BUILD_MS = 300_000;

/**
 * The images of docker/Dockerfile, on a base made of this machine's own parts, as tar files: `await buildImages({ folder,
 * docker })` gives `{ worker: { tarPath, reference }, … }`. Takes about twenty seconds the first time, and next to none
 * while dist, packages and docker/ stay the same.
 */
export async function buildImages<Name extends ImageName = ImageName>(
  options: ImagesOptions & { only?: readonly Name[] },
): Promise<Record<Name, BuiltImage>> {
  const { folder, only = IMAGES as readonly ImageName[], dist = join(repository, 'dist') } = options;
  const tag = await contentTag(dist);
  await mkdir(folder, { recursive: true });
  const image = (name: ImageName): BuiltImage => ({
    tarPath: join(folder, `${name}-${tag}.tar`),
    reference: `nebula/${name}:${tag}`,
  });
  const missing = only.filter((name) => !existsSync(image(name).tarPath));
  if (missing.length > 0) {
    await removeOlder(folder, tag);
    await buildAll(missing.map((name) => ({ name, ...image(name) })), options.docker, dist);
  }
  return Object.fromEntries(only.map((name) => [name, image(name)])) as Record<Name, BuiltImage>;
}

async function buildAll(images: (BuiltImage & { name: ImageName })[], host: string, dist: string): Promise<void> {
  const docker = new Docker(host);
  const own = randomBytes(4).toString('hex');
  const base = `nebula/test-base:${own}`;
  const made: string[] = [base];
  // On the packages' own disk, so that a link does for a copy.
  const context = await mkdtemp(join(repository, 'node_modules', '.nebula-image-'));
  try {
    await Promise.all([importBaseImage(host, base), fillContext(context, dist)]);
    for (const { name, reference, tarPath } of images) {
      await docker.run([...BUILD, '--target', name, ...basedOn(base), '--tag', reference, context], { within: BUILD_MS });
      made.unshift(reference);
      // Renamed into place, so that a build that is killed leaves no half an image behind.
      await docker.run(['save', '--output', `${tarPath}.new`, reference], { within: BUILD_MS });
      await rename(`${tarPath}.new`, tarPath);
    }
  } finally {
    await rm(context, { recursive: true, force: true });
    await removeMade(docker, made, own);
  }
}

const BUILD = ['build', '--quiet', '--file', join(repository, 'docker', 'Dockerfile')];
const basedOn = (base: string): string[] => ['--build-arg', `BASE=${base}`, '--build-arg', `BUILDER=${base}`];

async function removeMade(docker: Docker, made: string[], own: string): Promise<void> {
  for (const reference of made) await docker.run(['rmi', '--force', reference]).catch(() => undefined);
  // The stage that is copied from stays behind, without a name.
  const left = await docker.run(['images', '--quiet', '--filter', `label=nebula.build=${own}`]).catch(() => '');
  for (const id of left.split('\n').filter(Boolean)) await docker.run(['rmi', '--force', id]).catch(() => undefined);
}

/** What `docker/build.sh` makes where Node.js has npm: compiled programs, and the packages that they need. */
async function fillContext(context: string, dist: string): Promise<void> {
  await cp(join(repository, 'docker'), join(context, 'docker'), { recursive: true });
  await cp(join(repository, 'package.json'), join(context, 'package.json'));
  await cp(dist, join(context, 'dist'), { recursive: true, filter: isNeeded });
  for (const folder of await productionPackages(repository)) {
    const from = join(repository, folder);
    const filter = (path: string): boolean => isNeeded(path) && !relative(from, path).split('/').includes('node_modules');
    await cp(from, join(context, folder), { recursive: true, filter });
  }
}

const isNeeded = (path: string): boolean => !/\.(map|[mc]?ts|md|tsbuildinfo)$/.test(basename(path));

/** Of all that is in an image. */
async function contentTag(dist: string): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(process.arch);
  const files = [join(repository, 'package-lock.json'), ...(await filesIn(join(repository, 'docker'))), ...(await filesIn(dist))];
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

async function removeOlder(folder: string, tag: string): Promise<void> {
  const tars = (await readdir(folder)).filter((name) => /^(api|monitor|worker)-[0-9a-f]{12}\.tar(\.new)?$/.test(name));
  for (const name of tars) if (!name.includes(tag)) await rm(join(folder, name), { force: true });
}
