import { type HostPort, overlap, type Port, portNumberText } from '@nebula/domain';
import { RuntimeError } from '../runtime-error';

interface Held {
  port: HostPort;
  holder: string;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/;

/** Which host port is held, and by what. As on a real Engine a port is held while its container runs, not before. */
export class HostPorts {
  /** Of the machine, besides its loopback ones. */
  readonly addresses = new Set(['10.0.0.1', '2001:db8::1']);
  private readonly held = new Map<string, Held[]>();

  /** All of them or none. */
  take(ports: readonly HostPort[], holder: string): void {
    const stranger = ports.find(({ hostIp }) => !this.has(hostIp));
    if (stranger) {
      const where = `listen ${stranger.hostIp}:${stranger.host}: cannot assign requested address`;
      throw new RuntimeError('refused', `this host does not have the address that a port is to be on: ${where}`);
    }
    const taken = ports.find((port) => this.beside(port).some((other) => overlap(other.port.hostIp, port.hostIp)));
    if (taken) {
      const { hostIp = '0.0.0.0', host } = taken;
      throw new RuntimeError('port-taken', `Bind for ${hostIp}:${host} failed: port is already allocated`);
    }
    for (const port of ports) this.held.set(portNumberText(port), [...this.beside(port), { port, holder }]);
  }

  release(holder: string): void {
    for (const [number, all] of this.held) {
      if (all.some((held) => held.holder === holder))
        this.held.set(
          number,
          all.filter((held) => held.holder !== holder),
        );
    }
  }

  /** A program outside any container takes the port. */
  hold(host: number, protocol: Port['protocol'] = 'tcp'): void {
    this.take([{ host, protocol }], `outside ${protocol}/${host}`);
  }

  free(host: number, protocol: Port['protocol'] = 'tcp'): void {
    this.release(`outside ${protocol}/${host}`);
  }

  private beside(port: HostPort): readonly Held[] {
    return this.held.get(portNumberText(port)) ?? [];
  }

  private has(address: string | undefined): boolean {
    const isAny = address === undefined || address === '0.0.0.0' || address === '::';
    return isAny || LOOPBACK.test(address) || this.addresses.has(address);
  }
}
