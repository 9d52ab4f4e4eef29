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
  const places = new Map(ranges.map((range, place) => [range, place]));
  const place = (range: R): number => places.get(range) ?? 0;
  const widest = new Map<string, R>();
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const reach = widest.get(range.protocol);
    if (reach !== undefined && reach.last >= range.first) {
      const [held, wanted] = place(reach) < place(range) ? [reach, range] : [range, reach];
      clashes.push({ held, wanted, port: range.first });
    }
    if (reach === undefined || range.last > reach.last) widest.set(range.protocol, range);
  }
  return clashes;
}
