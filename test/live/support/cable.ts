import { command, cutLink, layLink, mendLink, type NetworkLink, receivedIn } from './network-link';

/** What joins an Engine's network namespace to others, and can be cut. */
export interface Cable extends NetworkLink {
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Bytes that came through it. */
  received(): Promise<number>;
}

/** Lays a cable to the namespace of this name. */
export type LayCable = (namespace: string) => Promise<Cable>;

/** A cable to this machine alone. */
export const directCable: LayCable = async (namespace) => {
  const link = await layLink(namespace, namespace);
  const received = () => receivedIn(namespace);
  return { ...link, cut: () => cutLink(namespace), mend: () => mendLink(namespace, link), received };
};

/** Hosts of one switch have an address each, counted from here. */
const FIRST_ADDRESS = 10;
const LAST_HOST = 254 - FIRST_ADDRESS;

/**
 * A switch in a network namespace of its own, with one cable to this machine: in this machine's own namespace another
 * Engine's rules would drop what goes from host to host.
 */
export class Switch {
  private constructor(
    readonly namespace: string,
    private readonly prefix: string,
  ) {}

  /**
   * Makes one on the first /24 below `network` (two numbers of an address) that nobody uses. It goes with its
   * namespace, which the caller removes.
   */
  static async make(namespace: string, network = '10.99'): Promise<Switch> {
    await command('ip', ['netns', 'add', namespace]);
    const inside = (...args: string[]) => command('ip', ['-n', namespace, ...args]);
    await inside('link', 'set', 'lo', 'up');
    await inside('link', 'add', 'br0', 'type', 'bridge');
    await inside('link', 'set', 'br0', 'up');
    const { prefix, leg } = await claimSubnet(namespace, network);
    await inside('link', 'set', 'root', 'master', 'br0', 'up');
    await command('ip', ['addr', 'add', `${prefix}.1/24`, 'dev', leg]);
    await command('ip', ['link', 'set', leg, 'up']);
    return new Switch(namespace, prefix);
  }

  /** This machine, as the hosts see it. */
  get machine(): string {
    return `${this.prefix}.1`;
  }

  get subnet(): string {
    return `${this.prefix}.0/24`;
  }

  /** The address of a host, counted from 1. */
  addressOf(host: number): string {
    if (host < 1 || host > LAST_HOST) throw new Error(`a switch has room for ${LAST_HOST} hosts`);
    return `${this.prefix}.${FIRST_ADDRESS + host}`;
  }

  /** How to lay the cable of one host, counted from 1. It is cut here, so that the host sees a cable that is dead. */
  cableOf(host: number): LayCable {
    const address = this.addressOf(host);
    const port = `h${host}`;
    const set = async (state: 'up' | 'down'): Promise<void> => {
      await command('ip', ['-n', this.namespace, 'link', 'set', port, state]);
    };
    return async (namespace) => {
      const ends = ['link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
      await command('ip', ['-n', this.namespace, ...ends]);
      await command('ip', ['-n', this.namespace, 'link', 'set', port, 'master', 'br0', 'up']);
      await command('ip', ['-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
      await command('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
      await command('ip', ['-n', namespace, 'route', 'add', 'default', 'via', this.machine]);
      const link = { machine: this.machine, inside: address, subnet: this.subnet };
      return { ...link, cut: () => set('down'), mend: () => set('up'), received: () => receivedIn(namespace) };
    };
  }
}

/** The name of this machine's end holds the claim: the kernel gives a name once. */
async function claimSubnet(namespace: string, network: string): Promise<{ prefix: string; leg: string }> {
  const { stdout: routes } = await command('ip', ['-4', 'route', 'show', 'table', 'all']);
  for (let third = 0; third < 256; third += 1) {
    const prefix = `${network}.${third}`;
    const leg = `nbl-${prefix.replaceAll('.', '-')}`;
    if (routes.includes(` ${prefix}.`) || routes.startsWith(`${prefix}.`)) continue;
    const ends = ['link', 'add', leg, 'type', 'veth', 'peer', 'name', 'root', 'netns', namespace];
    const isTaken = (error: { stderr?: string }) => /File exists/.test(error.stderr ?? '');
    const claimed = await command('ip', ends).then(
      () => true,
      (error) => (isTaken(error) ? false : Promise.reject(error)),
    );
    if (claimed) return { prefix, leg };
  }
  throw new Error(`no network below ${network} is free`);
}
