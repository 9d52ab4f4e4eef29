import type { Port, Count } from './app';
import { leastCount } from './count';
import { addressAndWider, type HostAddress } from './host-address';

/** Host ports that a mapping takes on every host, whatever its size. */
export interface PortRange {
  protocol: Port['protocol'];
  /** Absent: on all addresses. */
  hostIp?: string;
  first: number;
  last: number;
}

export function rangeOf({ protocol, hostIp, host }: Port, per: Count): PortRange {
  return { protocol, hostIp, first: host, last: host + leastCount(per) - 1 };
}

export interface Clash<R> {
  /** The one that comes earlier in the input. */
  held: R;
  wanted: R;
  port: number;
}

type Placed<R> = [range: R, place: number];

/** Ranges that share a port of an address, each told once however many it clashes with. */
export function clashesAmong<R extends PortRange>(ranges: readonly R[]): Clash<R>[] {
  const clashes: Clash<R>[] = [];
  const reaches = new Reaches<R>();
  const placed = ranges.map((range, place): Placed<R> => [range, place]);
  for (const [range, place] of placed.sort(([a], [b]) => a.first - b.first)) {
    const [reach, placeOfReach] = reaches.widestBeside(range) ?? [undefined, 0];
    if (reach !== undefined && reach.last >= range.first) {
      const [held, wanted] = placeOfReach < place ? [reach, range] : [range, reach];
      clashes.push({ held, wanted, port: range.first });
    }
    reaches.add([range, place]);
  }
  return clashes;
}

/** How far ranges reach, by their addresses: of each address, and of all that is within it. One look for each range. */
class Reaches<R extends PortRange> {
  private readonly of = new Map<string, Placed<R>>();
  private readonly within = new Map<string, Placed<R>>();

  add(placed: Placed<R>): void {
    const [{ protocol, hostIp }] = placed;
    keep(this.of, keyOf(protocol, hostIp), placed);
    for (const address of addressAndWider(hostIp)) keep(this.within, keyOf(protocol, address), placed);
  }

  /** Of those whose address overlaps with this one's. */
  widestBeside({ protocol, hostIp }: R): Placed<R> | undefined {
    const found = addressAndWider(hostIp).map((address) => this.of.get(keyOf(protocol, address)));
    return [this.within.get(keyOf(protocol, hostIp)), ...found].reduce(wider, undefined);
  }
}

const keyOf = (protocol: string, address: HostAddress): string => `${protocol} ${address ?? ''}`;

const wider = <R extends PortRange>(a: Placed<R> | undefined, b: Placed<R> | undefined): Placed<R> | undefined =>
  !a || (b && b[0].last > a[0].last) ? b : a;

function keep<R extends PortRange>(reaches: Map<string, Placed<R>>, key: string, placed: Placed<R>): void {
  reaches.set(key, wider(reaches.get(key), placed) as Placed<R>);
}
