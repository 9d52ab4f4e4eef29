import type { Port, Count } from './app';
import { leastCount } from './count';

/** Host ports that a mapping takes on every host, whatever its size. */
export interface PortRange {
  protocol: string;
  first: number;
  last: number;
}

export function rangeOf({ protocol, host }: Port, per: Count): PortRange {
  return { protocol, first: host, last: host + leastCount(per) - 1 };
}

export interface Clash<R> {
  /** The one that comes earlier in the input. */
  held: R;
  wanted: R;
  port: number;
}

/** Ranges that share a port, each told once however many it clashes with. */
export function clashesAmong<R extends PortRange>(ranges: readonly R[]): Clash<R>[] {
  const clashes: Clash<R>[] = [];
  const widest = new Map<string, [R, number]>();
  const placed = ranges.map((range, place): [R, number] => [range, place]);
  for (const [range, place] of placed.sort(([a], [b]) => a.first - b.first)) {
    const [reach, placeOfReach] = widest.get(range.protocol) ?? [undefined, 0];
    if (reach !== undefined && reach.last >= range.first) {
      const [held, wanted] = placeOfReach < place ? [reach, range] : [range, reach];
      clashes.push({ held, wanted, port: range.first });
    }
    if (reach === undefined || range.last > reach.last) widest.set(range.protocol, [range, place]);
  }
  return clashes;
}
