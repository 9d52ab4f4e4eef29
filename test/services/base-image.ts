import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const call = promisify(execFile);
const BUSYBOX = '/bin/busybox';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Makes what our images stand on in tests, where no official one can be had: this process's own Node.js with the
 * libraries that it needs, busybox (Debian: busybox-static) for a shell, and Debian's certificates. Nothing is pulled.
 * @param docker the Engine, as in DOCKER_HOST
 * @param label by which what is built on it can be found
 * @param scratch a folder to work in
 */
export async function importBaseImage(
  docker: string,
  reference: string,
  label: string,
  scratch = tmpdir(),
): Promise<void> {
  const root = await mkdtemp(join(scratch, 'nebula-base-'));
  try {
    await fill(root);
    await importFolder(docker, root, reference, label);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function fill(root: string): Promise<void> {
  const put = async (file: string, at = file): Promise<void> => {
    await mkdir(dirname(join(root, at)), { recursive: true });
    await copyFile(file, join(root, at));
  };
  await put(process.execPath, '/usr/local/bin/node');
  for (const library of await librariesOf(process.execPath)) await put(library);
  // Names of hosts are looked up by libraries that `ldd` does not name.
  for (const library of await lookUpLibraries()) await put(library);
  await put(BUSYBOX);
  const { stdout } = await call(BUSYBOX, ['--list']);
  const commands = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  await Promise.all(commands.map((name) => symlink('busybox', join(root, 'bin', name))));
  await put(CERTIFICATES).catch(() => undefined);
  await mkdir(join(root, 'tmp'), { mode: 0o1777 });
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\n');
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await call('ldd', [program]);
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+)/gm)].map(([, path]) => String(path));
}

async function lookUpLibraries(): Promise<string[]> {
  const folder = `/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^lib(nss_(files|dns)|resolv)\.so\.2$/.test(name)).map((name) => join(folder, name));
}

/** An image of one layer, out of a folder. */
async function importFolder(docker: string, root: string, reference: string, label: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '-c', '--owner=0', '--group=0', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const changes = [`LABEL ${label}`, 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  const args = ['--host', docker, 'import', ...changes.flatMap((change) => ['--change', change]), '-', reference];
  const load = spawn('docker', args, { stdio: [tar.stdout, 'ignore', 'pipe'] });
  let said = '';
  load.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((done, fail) => load.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`docker import: ${said}`);
}
