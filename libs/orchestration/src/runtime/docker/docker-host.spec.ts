import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerOptions } from './docker-host';

describe('where the Engine is', () => {
  it.each([
    [{}, '/var/run/docker.sock'],
    [{ DOCKER_HOST: '' }, '/var/run/docker.sock'],
    [{ DOCKER_HOST: 'unix://' }, '/var/run/docker.sock'],
    [{ DOCKER_HOST: 'unix:///run/other.sock' }, '/run/other.sock'],
  ])('is a socket: %p', (host, socketPath) => {
    expect(dockerOptions(host)).toMatchObject({ socketPath, host: undefined, protocol: undefined });
  });

  it.each([
    [{ DOCKER_HOST: 'tcp://10.0.0.1' }, 'http', '10.0.0.1', '2375'],
    [{ DOCKER_HOST: 'tcp://10.0.0.1:4000' }, 'http', '10.0.0.1', '4000'],
    [{ DOCKER_HOST: 'http://engine:4000' }, 'http', 'engine', '4000'],
    [{ DOCKER_HOST: 'tcp://10.0.0.1:2376' }, 'https', '10.0.0.1', '2376'],
    [{ DOCKER_HOST: 'https://engine' }, 'https', 'engine', '2376'],
    [{ DOCKER_HOST: 'tcp://engine', DOCKER_TLS_VERIFY: '1' }, 'https', 'engine', '2376'],
  ])('is an address: %p', (given, protocol, host, port) => {
    expect(dockerOptions(given)).toMatchObject({ socketPath: undefined, protocol, host, port });
  });

  it.each(['nonsense', 'ssh://me@there', 'tcp://', 'npipe:////./pipe/x'])(
    'is nothing that can be used: %s',
    (address) => {
      expect(() => dockerOptions({ DOCKER_HOST: address })).toThrow(/^DOCKER_HOST: expected/);
    },
  );

  it('is trusted by the certificates that are named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nebula-certificates-'));
    const host = { DOCKER_HOST: 'tcp://engine:2376', DOCKER_CERT_PATH: folder };
    expect(() => dockerOptions(host)).toThrow(/^DOCKER_CERT_PATH: .*ca\.pem/);
    for (const file of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${file}.pem`), file);
    expect(dockerOptions(host)).toMatchObject({
      ca: Buffer.from('ca'),
      cert: Buffer.from('cert'),
      key: Buffer.from('key'),
    });
    rmSync(folder, { recursive: true });
    expect(dockerOptions({ ...host, DOCKER_HOST: 'tcp://engine' })).not.toMatchObject({ ca: expect.anything() });
  });
});
