import { containerSettings, resolveApp } from '@nebula/domain';
import type { ContainerSpec } from '../observed';
import { toCreateOptions } from './to-create-options';

const PLAIN: ContainerSpec = {
  name: 'web-1',
  image: 'web:1',
  imageId: 'sha256:1',
  labels: { 'nebula.app': 'web' },
  networks: ['n1', 'n2'],
  settings: containerSettings(resolveApp({ name: 'web', image: 'web:1' })),
};
const made = (settings: Partial<ContainerSpec['settings']>, rest: Partial<ContainerSpec> = {}) =>
  toCreateOptions({ ...PLAIN, ...rest, settings: { ...PLAIN.settings, ...settings } }, 'web:1');

describe('what the Engine is told to create', () => {
  it('leaves to the image what nobody asked for', () => {
    expect(made({})).toEqual({
      name: 'web-1',
      Image: 'web:1',
      Env: [],
      Labels: { 'nebula.app': 'web' },
      ExposedPorts: {},
      Volumes: {},
      StopTimeout: 10,
      HostConfig: {
        NetworkMode: 'n1',
        RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
        PortBindings: {},
        Binds: [],
        Devices: [],
        Privileged: false,
        NanoCpus: 0,
        Memory: 0,
        Ulimits: [],
        ExtraHosts: [],
        CapAdd: [],
        CapDrop: [],
        Tmpfs: {},
        ReadonlyRootfs: false,
      },
    });
  });

  it.each([['host'], ['none']])('is on network %s alone', (network) => {
    expect(made({}, { networks: [network] }).HostConfig?.NetworkMode).toBe(network);
    expect(made({}, { networks: [network], networkName: 'front' }).HostConfig?.NetworkMode).toBe('front');
  });

  it('is on no network when none is wanted', () => {
    expect(made({}, { networks: [] }).HostConfig?.NetworkMode).toBe('none');
  });

  it('publishes one port of the container on several of the host', () => {
    const ports = [
      { host: 8080, container: 80, protocol: 'tcp' as const },
      { host: 8081, container: 80, protocol: 'tcp' as const },
      { host: 53, container: 53, protocol: 'udp' as const },
    ];
    const { ExposedPorts, HostConfig } = made({ ports });
    expect(ExposedPorts).toEqual({ '80/tcp': {}, '53/udp': {} });
    expect(HostConfig?.PortBindings).toEqual({
      '80/tcp': [{ HostPort: '8080' }, { HostPort: '8081' }],
      '53/udp': [{ HostPort: '53' }],
    });
  });

  it('publishes on one address where one is named', () => {
    const port = { host: 80, container: 80, protocol: 'tcp' as const };
    const { HostConfig } = made({
      ports: [port, { ...port, host: 81, hostIp: '127.0.0.1' }, { ...port, hostIp: '::1' }],
    });
    expect(HostConfig?.PortBindings).toEqual({
      '80/tcp': [{ HostPort: '80' }, { HostPort: '81', HostIp: '127.0.0.1' }, { HostPort: '80', HostIp: '::1' }],
    });
  });

  it('gives the names of the first network, the others’ come later', () => {
    const aliases = { n1: ['shop'], n2: ['shop'] };
    expect(made({}, { aliases }).NetworkingConfig).toEqual({ EndpointsConfig: { n1: { Aliases: ['shop'] } } });
    expect(made({}, { aliases: { n1: [], n2: ['shop'] } })).not.toHaveProperty('NetworkingConfig');
    expect(made({}, { aliases, networks: [] })).not.toHaveProperty('NetworkingConfig');
  });

  it('mounts host paths and named volumes, and makes anonymous ones', () => {
    const { Volumes, HostConfig } = made({
      volumes: [
        { source: '/srv', target: '/data', mode: 'ro' },
        { source: 'db', target: '/db', mode: '' },
        { target: '/cache', mode: '' },
      ],
    });
    expect(HostConfig?.Binds).toEqual(['/srv:/data:ro', 'db:/db']);
    expect(Volumes).toEqual({ '/cache': {} });
  });

  it('takes every other setting', () => {
    const options = made({
      env: { LEVEL: 'info', EMPTY: '' },
      command: ['serve'],
      entrypoint: ['/run'],
      devices: [{ host: '/dev/fuse', container: '/dev/f', permissions: 'rw' }],
      privileged: true,
      resources: { cpus: 0.3, memoryMiB: 128 },
      logging: { driver: 'json-file', options: { 'max-size': '1m' } },
      stop: { signal: 'SIGUSR1', graceSeconds: 3 },
      ulimits: [{ name: 'nofile', soft: 10, hard: 20 }],
      extraHosts: ['db:10.0.0.1'],
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      tmpfs: [{ target: '/run', options: 'size=64m' }],
      readOnlyRoot: true,
    });
    expect(options).toMatchObject({
      Env: ['LEVEL=info', 'EMPTY='],
      Cmd: ['serve'],
      Entrypoint: ['/run'],
      StopSignal: 'SIGUSR1',
      StopTimeout: 3,
      HostConfig: {
        Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/f', CgroupPermissions: 'rw' }],
        Privileged: true,
        NanoCpus: 3e8,
        Memory: 128 * 2 ** 20,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
        Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
        ExtraHosts: ['db:10.0.0.1'],
        CapAdd: ['NET_ADMIN'],
        CapDrop: ['ALL'],
        Tmpfs: { '/run': 'size=64m' },
        ReadonlyRootfs: true,
      },
    });
  });

  it('takes over volumes by mounts: what the app names is a bind', () => {
    const inherits = [{ name: 'ab', target: '/data' }];
    const { Volumes, HostConfig } = made({ volumes: [{ target: '/data', mode: '' }] }, { inherits });
    expect(Volumes).toEqual({ '/data': {} });
    expect(HostConfig).toMatchObject({ Binds: [], Mounts: [{ Type: 'volume', Source: 'ab', Target: '/data' }] });
    expect(made({}, { inherits: [] }).HostConfig).not.toHaveProperty('Mounts');
  });

  it('tells the times of a health check in nanoseconds, and 0 for what the image or Docker decides', () => {
    const test = ['CMD', 'true'];
    expect(made({ healthCheck: { test } }).Healthcheck).toEqual({
      Test: test,
      Interval: 0,
      Timeout: 0,
      StartPeriod: 0,
      Retries: 0,
    });
    const check = { test, intervalSeconds: 10, timeoutSeconds: 0.5, startPeriodSeconds: 60, retries: 3 };
    expect(made({ healthCheck: check }).Healthcheck).toEqual({
      Test: test,
      Interval: 10e9,
      Timeout: 5e8,
      StartPeriod: 60e9,
      Retries: 3,
    });
  });
});
