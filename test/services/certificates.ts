import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Files in PEM: an authority, and a server and a client that it vouches for. */
export interface Certificates {
  ca: string;
  serverCert: string;
  serverKey: string;
  clientCert: string;
  clientKey: string;
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes them, unless the folder has them. */
export async function makeCertificates(folder: string, host: string): Promise<Certificates> {
  const path = (name: string): string => join(folder, `${name}.pem`);
  const files = {
    ca: path('ca'),
    serverCert: path('server'),
    serverKey: path('server-key'),
    clientCert: path('client'),
    clientKey: path('client-key'),
  };
  const isMade = await Promise.all(Object.values(files).map((file) => access(file))).catch(() => undefined);
  if (isMade) return files;
  await mkdir(folder, { recursive: true });
  await openssl([
    'req',
    '-x509',
    ...key,
    '-keyout',
    path('ca-key'),
    '-out',
    files.ca,
    '-days',
    '30',
    '-subj',
    '/CN=ca',
  ]);
  await signed(folder, 'server', `subjectAltName=DNS:localhost,IP:127.0.0.1,IP:${host}`);
  await signed(folder, 'client', 'extendedKeyUsage=clientAuth');
  return files;
}

async function signed(folder: string, name: string, extension: string): Promise<void> {
  const path = (file: string): string => join(folder, file);
  const [request, extensions] = [path(`${name}.csr`), path(`${name}.ext`)];
  await writeFile(extensions, `${extension}\n`);
  await openssl(['req', ...key, '-keyout', path(`${name}-key.pem`), '-out', request, '-subj', `/CN=${name}`]);
  const authority = ['-CA', path('ca.pem'), '-CAkey', path('ca-key.pem'), '-CAcreateserial'];
  const result = ['-out', path(`${name}.pem`), '-days', '30', '-extfile', extensions];
  await openssl(['x509', '-req', '-in', request, ...authority, ...result]);
}

async function openssl(args: string[]): Promise<void> {
  await promisify(execFile)('openssl', args);
}
