import { type App, type HostPort, hostPortText, overlap, portNumberText } from '@nebula/domain';
import { portsOf } from './container-spec';

const LAST_PORT = 65535;

/** The host ports that so many containers of an app want. */
export interface WishedPorts {
  /** Of all of them, each once. */
  ports: readonly HostPort[];
  /**
   * What only the host can know, since the count is its own (per CPU, per GiB): containers of one app that want the same
   * host port, or one beyond the last. The lower ordinal has the port. What is wrong, by ordinal.
   */
  impossible: ReadonlyMap<number, string>;
}

const NONE: WishedPorts = { ports: [], impossible: new Map() };
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
  const wished = new Map<string, HostPort>();
  const firsts = new Map<string, { ordinal: number; port: HostPort }[]>();
  for (let ordinal = 1; ordinal <= count; ordinal++) {
    for (const port of portsOf(app, ordinal)) {
      const text = hostPortText(port);
      const beside = firsts.get(portNumberText(port)) ?? [];
      const other = beside.find((first) => first.ordinal !== ordinal && overlap(first.port.hostIp, port.hostIp));
      firsts.set(portNumberText(port), [...beside, { ordinal, port }]);
      wished.set(text, port);
      if (port.host > LAST_PORT)
        impossible.set(ordinal, `host port ${text} of container ${ordinal} is beyond ${LAST_PORT}`);
      else if (other)
        impossible.set(
          ordinal,
          `host port ${text} is wanted by containers ${other.ordinal} and ${ordinal} of this app`,
        );
    }
  }
  return { ports: [...wished.values()], impossible };
}
