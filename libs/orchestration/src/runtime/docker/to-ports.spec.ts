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

  it('are of the address that they are bound to, in its normal form', () => {
    const address = (HostIp: unknown) => ports({ '80/tcp': [{ HostIp, HostPort: '8080' }] })[0]?.hostIp;
    for (const one of ['127.0.0.1', '::1', '0.0.0.0', '::']) expect(address(one)).toBe(one);
    expect(address('::ffff:127.0.0.1')).toBe('127.0.0.1');
    expect(address('FD00:0::1')).toBe('fd00::1');
    for (const all of ['', undefined, null, 5, 'nowhere', 'fe80::1%eth0']) expect(address(all)).toBeUndefined();
  });

  it('are told once of all addresses, and each by itself of several', () => {
    const both = (one: string, two: string) => ({
      '80/tcp': [
        { HostIp: one, HostPort: '8080' },
        { HostIp: two, HostPort: '8080' },
      ],
    });
    const port = { host: 8080, container: 80, protocol: 'tcp' };
    expect(ports({ '80/tcp': [{ HostIp: '', HostPort: '8080' }] }, both('0.0.0.0', '::'))).toEqual([port]);
    expect(ports(both('0.0.0.0', '::'), both('0.0.0.0', '::'))).toHaveLength(2);
    expect(ports({ '80/tcp': [{ HostPort: '' }] }, both('0.0.0.0', '127.0.0.1'))).toHaveLength(2);
    const several = both('127.0.0.1', '10.0.0.1');
    expect(ports(several, several)).toEqual([
      { ...port, hostIp: '127.0.0.1' },
      { ...port, hostIp: '10.0.0.1' },
    ]);
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
