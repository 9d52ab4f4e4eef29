import type { App } from '@nebula/domain';
import { portsOf } from './container-spec';
import { portKey } from './engine-view';

const LAST_PORT = 65535;

/** The host ports that so many containers of an app want. */
export interface WishedPorts {
  /** Of all of them, by `portKey`. */
  keys: readonly string[];
  /**
   * What only the host can know, since the count is its own (per CPU, per GiB): containers of one app that want the same
   * host port, or one beyond the last. The lower ordinal has the port. What is wrong, by ordinal.
   */
  impossible: ReadonlyMap<number, string>;
}

const NONE: WishedPorts = { keys: [], impossible: new Map() };
const known = new WeakMap<App, { count: number; wished: WishedPorts }>();

/** Found out once for an app and its count, however often it is planned. */
export function wishedPorts(app: App, count: number): WishedPorts {
  if (app.ports.length === 0) return NONE;
  const before = known.get(app);
  if (before?.count === count) return before.wished;
  const wished = findOut(app, count);
  known.set(app, { count, wished });
  return wished;
}

function findOut(app: App, count: number): WishedPorts {
  const impossible = new Map<number, string>();
  const first = new Map<string, number>();
  for (let ordinal = 1; ordinal <= count; ordinal++) {
    for (const port of portsOf(app, ordinal)) {
      const key = portKey(port);
      const other = first.get(key) ?? ordinal;
      first.set(key, other);
      if (port.host > LAST_PORT)
        impossible.set(ordinal, `host port ${key} of container ${ordinal} is beyond ${LAST_PORT}`);
      else if (other !== ordinal)
        impossible.set(ordinal, `host port ${key} is wanted by containers ${other} and ${ordinal} of this app`);
    }
  }
  return { keys: [...first.keys()], impossible };
}
