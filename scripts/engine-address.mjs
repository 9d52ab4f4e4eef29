import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { root } from './root.mjs';

export const defaultSocket = '/var/run/docker.sock';
const sameSocket = new Set([defaultSocket, '/run/docker.sock']);

/**
 * Where the program will look for its Engine: the environment, else the conf file, else the default socket.
 * `isDefault` says that it is the one of this machine that may be installed and started.
 */
export async function engineAddress() {
  const host = process.env.DOCKER_HOST || (await hostInConfFile()) || `unix://${defaultSocket}`;
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
  return { host, socketPath, isDefault: sameSocket.has(socketPath) };
}

/** A conf file that cannot be read is the program's to complain about: it names all that is wrong with it. */
async function hostInConfFile() {
  try {
    const file = resolve(root, process.env.CONF_FILE || 'nebula.conf.json');
    const { DOCKER_HOST: host } = JSON.parse(await readFile(file, 'utf8'));
    return typeof host === 'string' ? host : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks the Engine whether it is there. `answers` is undefined where only the program can find out (TLS, SSH);
 * `code` is the reason of a failure, such as EACCES.
 */
export async function ping({ host, socketPath }) {
  const target = socketPath ? { socketPath } : plainTcp(host);
  if (!target) return { answers: undefined };
  return new Promise((done) => {
    const asked = request({ ...target, path: '/_ping', timeout: 3000, agent: false }, (answer) => {
      answer.resume();
      done({ answers: answer.statusCode === 200 });
    });
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    asked.on('error', ({ code }) => done({ answers: false, code }));
    asked.end();
  });
}

function plainTcp(host) {
  if (process.env.DOCKER_TLS_VERIFY || !URL.canParse(host)) return undefined;
  const { protocol, hostname, port } = new URL(host.replace(/^tcp:/, 'http:'));
  return protocol === 'http:' ? { host: hostname.replace(/^\[|\]$/g, ''), port: port || 2375 } : undefined;
}
