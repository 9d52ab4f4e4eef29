import { loginFor, registryLogins } from '.';

const none = { REGISTRY_HOST: 'docker.io', REGISTRIES: [] };

describe('registry logins', () => {
  it('are found by the registry part of an image’s reference', () => {
    const logins = registryLogins({
      REGISTRY_HOST: 'docker.io',
      REGISTRY_AUTH_USER: 'hub',
      REGISTRY_AUTH_PASSWORD: 'p',
      REGISTRIES: [
        { host: 'reg.example:5000', user: 'reg', password: 'q' },
        { host: 'localhost', user: 'local', password: 'r' },
      ],
    });
    const userOf = (image: string) => loginFor(logins, image)?.username;
    for (const image of [
      'web',
      'web:1.4',
      'team/web',
      'docker.io/web',
      'index.docker.io/library/web',
      `web@sha256:${'a'.repeat(64)}`,
    ])
      expect([image, userOf(image)]).toEqual([image, 'hub']);
    for (const image of ['reg.example:5000/web', 'reg.example:5000/team/web:1', 'REG.example:5000/web'])
      expect([image, userOf(image)]).toEqual([image, 'reg']);
    expect(userOf('localhost/web')).toBe('local');
    for (const image of ['reg.example/web', 'localhost:5000/web', 'not an image', ''])
      expect(userOf(image)).toBeUndefined();
  });

  it('carry the address that the Engine wants', () => {
    const given = { ...none, REGISTRY_AUTH_USER: 'u', REGISTRY_AUTH_PASSWORD: 'p' };
    const hub = { username: 'u', password: 'p', serverAddress: 'https://index.docker.io/v1/' };
    expect([...registryLogins(given)]).toEqual([['docker.io', hub]]);
    const own = { username: 'u', password: 'p', serverAddress: 'reg:5000' };
    expect([...registryLogins({ ...given, REGISTRY_HOST: 'reg:5000' })]).toEqual([['reg:5000', own]]);
  });

  it('are none where none is given, or where the original was told to skip it', () => {
    expect(registryLogins(none).size).toBe(0);
    expect(registryLogins({ ...none, REGISTRY_AUTH_USER: 'u' }).size).toBe(0);
    expect(registryLogins({ ...none, REGISTRY_AUTH_USER: 'skip', REGISTRY_AUTH_PASSWORD: 'skip' }).size).toBe(0);
    expect(registryLogins({ ...none, REGISTRY_AUTH_USER: 'skip', REGISTRY_AUTH_PASSWORD: 'p' }).size).toBe(1);
  });

  it('of REGISTRY_HOST count before those of REGISTRIES', () => {
    const REGISTRIES = [{ host: 'docker.io', user: 'second', password: 'p' }];
    const logins = registryLogins({ ...none, REGISTRIES, REGISTRY_AUTH_USER: 'first', REGISTRY_AUTH_PASSWORD: 'p' });
    expect(logins.get('docker.io')?.username).toBe('first');
  });
});
