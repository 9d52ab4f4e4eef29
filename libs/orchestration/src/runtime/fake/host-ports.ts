import type { Port } from '@nebula/domain';
import { RuntimeError } from '../runtime-error';

const key = (port: Pick<Port, 'host' | 'protocol'>): string => `${port.protocol}/${port.host}`;

/** Which host port is held, and by what. As on a real Engine a port is held while its container runs, not before. */
export class HostPorts {
  private readonly holders = new Map<string, string>();

  /** All of them or none. */
  take(ports: readonly Port[], holder: string): void {
    const taken = ports.find((port) => this.holders.has(key(port)));
    if (taken) {
      throw new RuntimeError('port-taken', `Bind for 0.0.0.0:${taken.host} failed: port is already allocated`);
    }
    for (const port of ports) this.holders.set(key(port), holder);
  }

  release(holder: string): void {
    for (const [port, by] of this.holders) if (by === holder) this.holders.delete(port);
  }

  /** A program outside any container takes the port. */
  hold(host: number, protocol: Port['protocol'] = 'tcp'): void {
    this.take([{ host, container: host, protocol }], `outside ${protocol}/${host}`);
  }

  free(host: number, protocol: Port['protocol'] = 'tcp'): void {
    this.release(`outside ${protocol}/${host}`);
  }
}
