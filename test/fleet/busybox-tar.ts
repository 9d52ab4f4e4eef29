import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BUSYBOX = '/bin/busybox';
/** The same files make the same image, on every machine with this busybox. */
const SAME = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX,go-w'];
/** Answers HTTP on port 80, and ends at once when it is asked to. */
const COMMAND = ['sh', '-c', 'trap "exit 0" TERM INT; httpd -p 80 -h /www; sleep 1d & wait'];

/**
 * Writes a file for `docker load` with images of this machine's static busybox, which say their own name on port 80.
 * They are made here and not by an Engine's import, which would give each host another id for the same image.
 * @param references such as `nebula/busybox:1`
 */
export async function writeBusyboxTar(file: string, references: readonly string[]): Promise<void> {
  const folder = await mkdtemp(`${file}-`);
  try {
    const content = join(folder, 'content');
    await mkdir(content);
    const manifest = [];
    for (const reference of references) manifest.push(await writeImage(folder, content, reference));
    await writeFile(join(content, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', ['-C', content, '-cf', file, '.']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeImage(folder: string, content: string, reference: string): Promise<object> {
  const files = await mkdtemp(join(folder, 'files-'));
  await fill(files, reference);
  const name = reference.replaceAll(/[^a-z0-9]/g, '-');
  const layer = `${name}.tar`;
  await run('tar', [...SAME, '-C', files, '-cf', join(content, layer), '.']);
  const { stdout: sum } = await run('sha256sum', [join(content, layer)]);
  const config = configOf(`sha256:${sum.split(' ')[0]}`);
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  await writeFile(join(content, configName), config);
  return { Config: configName, RepoTags: [reference], Layers: [layer] };
}

function configOf(layer: string): string {
  return JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Cmd: COMMAND, Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created: '1970-01-01T00:00:00Z' }],
  });
}

async function fill(root: string, reference: string): Promise<void> {
  const folders = ['bin', 'www', 'tmp', 'etc'];
  await Promise.all(folders.map((folder) => mkdir(join(root, folder))));
  await writeFile(join(root, 'www', 'index.html'), `${reference}\n`);
  await copyFile(BUSYBOX, join(root, 'bin', 'busybox'));
  const { stdout } = await run(BUSYBOX, ['--list']);
  const commands = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  await Promise.all(commands.map((name) => symlink('busybox', join(root, 'bin', name))));
}
