import { malformed } from '../parse/malformed';
import { under, type Parser } from '../parse/parsed';
import type { App, Count } from './app';
import type { AppSpec } from './app-spec.noun';
import { DEFAULTS, defaultPullPolicy } from './defaults';
import { parseCapabilities } from './fields/capabilities';
import { parseDevices } from './fields/devices';
import { parseNetworks } from './fields/networks';
import { parsePorts } from './fields/ports';
import { parseTmpfs } from './fields/tmpfs';
import { parseUlimits } from './fields/ulimits';
import { parseVolumes } from './fields/volumes';

/**
 * The app with every default filled in and every short form written out.
 * @param spec one that `parseAppSpec` accepted
 * @throws DomainError where a field does not parse after all
 */
export function resolveApp(spec: AppSpec): App {
  const read = <F extends keyof typeof DEFAULTS, T>(field: F, parse: Parser<T>): T => {
    const result = parse(spec[field] ?? DEFAULTS[field]);
    if (!result.ok) throw malformed('invalid-app', 'The app', under(result.problems, field));
    return result.value;
  };
  return {
    name: spec.name,
    image: spec.image,
    pullPolicy: spec.pullPolicy ?? defaultPullPolicy(spec.image),
    running: spec.running ?? DEFAULTS.running,
    containersPer: { ...((spec.containersPer ?? DEFAULTS.containersPer) as Count) },
    ports: read('ports', parsePorts),
    env: { ...spec.env },
    volumes: read('volumes', parseVolumes),
    networks: read('networks', parseNetworks),
    devices: read('devices', parseDevices),
    privileged: spec.privileged ?? DEFAULTS.privileged,
    ...resolveParts(spec),
    ulimits: read('ulimits', parseUlimits),
    extraHosts: [...(spec.extraHosts ?? DEFAULTS.extraHosts)],
    capAdd: read('capAdd', parseCapabilities),
    capDrop: read('capDrop', parseCapabilities),
    tmpfs: read('tmpfs', parseTmpfs),
    readOnlyRoot: spec.readOnlyRoot ?? DEFAULTS.readOnlyRoot,
  };
}

type Parts = Pick<
  App,
  'rolling' | 'command' | 'entrypoint' | 'labels' | 'resources' | 'logging' | 'healthCheck' | 'stop'
>;

function resolveParts({ rolling, command, entrypoint, labels, resources, logging, healthCheck, stop }: AppSpec): Parts {
  return {
    rolling: rolling ? { ...rolling } : null,
    // Docker takes an empty command for none, an empty entrypoint for one that is emptied.
    command: command?.length ? [...command] : null,
    entrypoint: entrypoint ? [...entrypoint] : null,
    labels: { ...labels },
    resources: { ...DEFAULTS.resources, ...resources },
    logging: logging ? { driver: logging.driver, options: { ...logging.options } } : null,
    healthCheck: healthCheck ? { ...healthCheck, test: [...healthCheck.test] } : null,
    stop: { ...DEFAULTS.stop, ...stop },
  };
}
