import type { App } from '@nebula/domain';
import { portsOf } from './container-spec';
import { portKey } from './engine-view';

const LAST_PORT = 65535;

/**
 * What only the host can know, since the count is its own (per CPU, per GiB): containers of one app that want the same
 * host port, or one beyond the last. The lower ordinal has the port. @returns what is wrong, by ordinal
 */
export function impossiblePorts(app: App, count: number): ReadonlyMap<number, string> {
  const wrong = new Map<number, string>();
  if (app.ports.length === 0) return wrong;
  const first = new Map<string, number>();
  for (let ordinal = 1; ordinal <= count; ordinal++) {
    for (const port of portsOf(app, ordinal)) {
      const key = portKey(port);
      const other = first.get(key) ?? ordinal;
      first.set(key, other);
      if (port.host > LAST_PORT) wrong.set(ordinal, `host port ${key} of container ${ordinal} is beyond ${LAST_PORT}`);
      else if (other !== ordinal)
        wrong.set(ordinal, `host port ${key} is wanted by containers ${other} and ${ordinal} of this app`);
    }
  }
  return wrong;
}
