import { toPorts } from './to-ports';

const ports = (PortBindings: unknown, Ports: unknown = {}) =>
  toPorts({ HostConfig: { PortBindings }, NetworkSettings: { Ports } });

describe('the host ports of a container', () => {
  it('are those it was made with, also while it does not run', () => {
    const bindings = { '80/tcp': [{ HostPort: '8081' }, { HostPort: '8080' }], '53/udp': [{ HostPort: '53' }] };
    expect(ports(bindings)).toEqual([
      { host: 53, container: 53, protocol: 'udp' },
      { host: 8080, container: 80, protocol: 'tcp' },
      { host: 8081, container: 80, protocol: 'tcp' },
    ]);
  });

  it('count also when they are bound to one address', () => {
    const bound = ports({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] });
    expect(bound).toEqual([{ host: 8080, container: 80, protocol: 'tcp' }]);
  });

  it.each(['', '0', '8000-8010'])('are those that the Engine chose, where %p left it the choice', (HostPort) => {
    const actual = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8005' },
        { HostIp: '::', HostPort: '8005' },
      ],
    };
    expect(ports({ '80/tcp': [{ HostPort }] })).toEqual([]);
    expect(ports({ '80/tcp': [{ HostPort }] }, actual)).toEqual([{ host: 8005, container: 80, protocol: 'tcp' }]);
  });

  it('are in order of the container’s, where one is published for several', () => {
    const found = ports({ '81/tcp': [{ HostPort: '80' }], '80/tcp': [{ HostPort: '80' }] });
    expect(found.map((port) => port.container)).toEqual([80, 81]);
  });

  it('leave out what is none', () => {
    expect(ports({ 'x/tcp': [{ HostPort: '1' }], '80/icmp': [{ HostPort: '1' }], '80/tcp': null })).toEqual([]);
    expect(ports(null, null)).toEqual([]);
    expect(toPorts({})).toEqual([]);
  });
});
