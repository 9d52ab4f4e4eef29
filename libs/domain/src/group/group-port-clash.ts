import type { App } from '../app/app';
import { hostPortText } from '../app/host-address';
import { clashesAmong, rangeOf } from '../app/port-ranges';
import type { Problem } from '../errors';

/**
 * Whether two apps of one group can never run together: both running, and on every host, however small, both want one
 * host port. Any other clash is the host's to report.
 */
export function groupPortClash(apps: readonly App[]): Problem | undefined {
  const ranges = apps
    .filter((app) => app.running)
    .flatMap((app) => app.ports.map((port) => ({ ...rangeOf(port, app.containersPer), app: app.name })));
  const clash = clashesAmong(ranges).find(({ held, wanted }) => held.app !== wanted.app);
  if (clash === undefined) return undefined;
  const { held, wanted, port } = clash;
  const detail = `"${held.app}" and "${wanted.app}" both need host port ${hostPortText({ ...wanted, host: port })} on every host`;
  return { pointer: '/apps', detail };
}
