import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '@nebula/domain';
import type { DockerOptions } from 'dockerode';

/** Where the Engine is, in the variables that Docker's own client reads. */
export interface DockerHost {
  DOCKER_HOST?: string;
  DOCKER_CERT_PATH?: string;
  DOCKER_TLS_VERIFY?: string;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Said in full, so that nothing is taken from the environment behind our back. */
const NOTHING: DockerOptions = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  protocol: undefined,
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
};

/** @throws DomainError naming the variable at fault */
export function dockerOptions(host: DockerHost): DockerOptions {
  const address = host.DOCKER_HOST || `unix://${DEFAULT_SOCKET}`;
  if (address.startsWith('unix://'))
    return { ...NOTHING, socketPath: address.slice('unix://'.length) || DEFAULT_SOCKET };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new DomainError('malformed', 'invalid-docker-host', 'DOCKER_HOST: expected unix:///path or tcp://host:port');
  }
  const tls = url.protocol === 'https:' || Boolean(host.DOCKER_TLS_VERIFY) || url.port === '2376';
  return {
    ...NOTHING,
    host: url.hostname,
    port: url.port || (tls ? '2376' : '2375'),
    protocol: tls ? 'https' : 'http',
    ...(tls && host.DOCKER_CERT_PATH && certificates(host.DOCKER_CERT_PATH)),
  };
}

function certificates(folder: string): Pick<DockerOptions, 'ca' | 'cert' | 'key'> {
  try {
    const read = (file: string) => readFileSync(join(folder, file));
    return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch (error) {
    throw new DomainError('malformed', 'invalid-docker-cert-path', `DOCKER_CERT_PATH: ${(error as Error).message}`);
  }
}
