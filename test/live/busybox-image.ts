import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';

const BUSYBOX = '/bin/busybox';

/**
 * Makes a small image out of this machine's own busybox (Debian: busybox-static), with all its commands: nothing is
 * pulled. Its `wget` crashes; `sh`, `httpd` and the rest work.
 * @param changes as in a Dockerfile, such as `VOLUME /data` or `CMD ["sleep","1d"]`
 * @returns the id of the image, another one each time
 */
export async function busyboxImage(docker: Docker, reference: string, changes: string[] = []): Promise<string> {
  const [repo, tag] = [reference.slice(0, reference.lastIndexOf(':')), reference.slice(reference.lastIndexOf(':') + 1)];
  const root = await mkdtemp(join(tmpdir(), 'nebula-busybox-'));
  await fill(join(root, 'bin'));
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const answer = await docker.importImage(tar.stdout, { repo, tag, changes });
    for await (const chunk of answer) if (/"error"/.test(String(chunk))) throw new Error(String(chunk));
  } finally {
    tar.kill(); // an Engine that refuses does not read it to its end
    await rm(root, { recursive: true });
  }
  return (await docker.getImage(reference).inspect()).Id;
}

async function fill(bin: string): Promise<void> {
  await mkdir(bin);
  await copyFile(BUSYBOX, join(bin, 'busybox'));
  const { stdout } = await promisify(execFile)(BUSYBOX, ['--list']);
  const commands = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  await Promise.all(commands.map((name) => symlink('busybox', join(bin, name))));
}
