import type { Problem } from '../errors';
import { pointerTo } from '../parse/pointer';
import type { App } from './app';
import type { AppSpec } from './app-spec.noun';
import { isAlone } from './fields/networks';
import { hostPortText } from './host-address';
import { clashesAmong, rangeOf } from './port-ranges';

type Rule = (app: App, spec: AppSpec) => Problem[];

const HIGHEST_PORT = 65_535;

const hostPortPointer = (spec: AppSpec, index: number): string =>
  typeof spec.ports?.[index] === 'number' ? pointerTo('ports', index) : pointerTo('ports', index, 'host');

const portsNeedANetwork: Rule = ({ ports, networks }) =>
  ports.length > 0 && isAlone(networks)
    ? [{ pointer: '/ports', detail: `cannot be published with network "${networks.join()}"` }]
    : [];

const portsEndInTime: Rule = ({ ports, containersPer }, spec) =>
  ports.flatMap((port, index) => {
    const { first, last } = rangeOf(port, containersPer);
    if (last <= HIGHEST_PORT) return [];
    const detail = `needs host ports ${first} to ${last} for its containers, and the highest is ${HIGHEST_PORT}`;
    return [{ pointer: hostPortPointer(spec, index), detail }];
  });

const portsAreDistinct: Rule = ({ ports, containersPer }, spec) => {
  const ranges = ports.map((port, index) => ({ ...rangeOf(port, containersPer), index }));
  return clashesAmong(ranges).map(({ held, wanted, port }) => ({
    pointer: hostPortPointer(spec, wanted.index),
    detail: `needs host port ${hostPortText({ ...wanted, host: port })}, as ports entry ${held.index} does (the n-th container's is n − 1 higher)`,
  }));
};

const mountPointsAreDistinct: Rule = ({ volumes, tmpfs }) => {
  const taken = new Set(volumes.map(({ target }) => target));
  return tmpfs.flatMap(({ target }, index) =>
    taken.has(target) ? [{ pointer: pointerTo('tmpfs', index), detail: 'is where a volume is mounted' }] : [],
  );
};

/** What no field can say alone. */
export const RULES: readonly Rule[] = [portsNeedANetwork, portsEndInTime, portsAreDistinct, mountPointsAreDistinct];
