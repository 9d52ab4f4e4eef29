import { loadConfig } from '@nebula/config';
import { hostname } from 'node:os';
import { settingsOf } from './settings';

const ownPorts = (env: Record<string, string>, name = hostname()) => {
  const readFile = (): string => {
    throw Object.assign(new Error(), { code: 'ENOENT' });
  };
  const config = loadConfig('standalone', { env, readFile });
  const engine = { id: 'E', name, version: '29.0', cpus: 1, memoryBytes: 1 };
  return settingsOf(config, 'secret', engine, '3.0.0').worker.ownPorts;
};

describe('the port of the API is one of the Docker host’s', () => {
  it('where the Engine is this machine’s', () => {
    const port = { host: 9090, protocol: 'tcp' };
    expect(ownPorts({ API_PORT: '9090' })).toEqual([{ ...port, hostIp: '127.0.0.1' }]);
    expect(ownPorts({ API_PORT: '9090', DOCKER_HOST: 'unix:///run/docker.sock' })).toHaveLength(1);
    expect(ownPorts({ API_PORT: '9090', API_HOST: '0.0.0.0' })).toEqual([{ ...port, hostIp: '0.0.0.0' }]);
    for (const API_HOST of ['::', 'localhost']) expect(ownPorts({ API_PORT: '9090', API_HOST })).toEqual([port]);
  });

  it('and not where this process has ports of its own, the Engine is elsewhere, or any free port is taken', () => {
    expect(ownPorts({ API_PORT: '9090' }, 'another')).toEqual([]);
    expect(ownPorts({ API_PORT: '9090', DOCKER_HOST: 'tcp://127.0.0.1:2375' })).toEqual([]);
    expect(ownPorts({ API_PORT: '0' })).toEqual([]);
  });
});
