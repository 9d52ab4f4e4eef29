import type { HealthCheck, Port, Volume } from '@nebula/domain';
import type { ContainerCreateOptions, HealthConfig, HostConfig, MountSettings } from 'dockerode';
import type { ContainerSpec } from '../observed';

const NANOSECONDS = 1e9;
const MIB = 2 ** 20;
/** Nebula starts what should run; this only brings back what ran when the Engine or the process went down. */
const RESTART_POLICY = { Name: 'unless-stopped', MaximumRetryCount: 0 };

/** @param image what the Engine finds the image by: the reference, or the id when the reference names another one by now */
export function toCreateOptions(spec: ContainerSpec, image: string): ContainerCreateOptions {
  const { settings } = spec;
  return {
    name: spec.name,
    Image: image,
    Env: Object.entries(settings.env).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    ExposedPorts: Object.fromEntries(settings.ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(settings.volumes.filter(isAnonymous).map(({ target }) => [target, {}])),
    ...(settings.command && { Cmd: settings.command }),
    ...(settings.entrypoint && { Entrypoint: settings.entrypoint }),
    ...(settings.healthCheck && { Healthcheck: toHealthcheck(settings.healthCheck) }),
    ...(settings.stop.signal !== null && { StopSignal: settings.stop.signal }),
    StopTimeout: settings.stop.graceSeconds,
    HostConfig: toHostConfig(spec),
    ...toNetworkingConfig(spec),
  };
}

/** Of the first network: on the others it is put by calls of their own, which every Engine takes. */
function toNetworkingConfig({
  networks,
  networkName,
  aliases,
}: ContainerSpec): Pick<ContainerCreateOptions, 'NetworkingConfig'> {
  const [first] = networks;
  const names = first === undefined ? [] : (aliases?.[first] ?? []);
  if (first === undefined || names.length === 0) return {};
  return { NetworkingConfig: { EndpointsConfig: { [networkName ?? first]: { Aliases: [...names] } } } };
}

function toHostConfig({ settings, networks, networkName, inherits = [] }: ContainerSpec): HostConfig {
  const { cpus, memoryMiB } = settings.resources;
  return {
    NetworkMode: networkName ?? networks[0] ?? 'none',
    RestartPolicy: RESTART_POLICY,
    PortBindings: toPortBindings(settings.ports),
    Binds: settings.volumes.flatMap(toBind),
    // Never a bind: what the app itself names is one, and by that the two are told apart later.
    ...(inherits.length > 0 && { Mounts: inherits.map(({ name, target }) => toMount(name, target)) }),
    Devices: settings.devices.map((device) => ({
      PathOnHost: device.host,
      PathInContainer: device.container,
      CgroupPermissions: device.permissions,
    })),
    Privileged: settings.privileged,
    NanoCpus: Math.round((cpus ?? 0) * NANOSECONDS),
    Memory: Math.round((memoryMiB ?? 0) * MIB),
    ...(settings.logging && { LogConfig: { Type: settings.logging.driver, Config: settings.logging.options } }),
    Ulimits: settings.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ExtraHosts: settings.extraHosts,
    CapAdd: settings.capAdd,
    CapDrop: settings.capDrop,
    Tmpfs: Object.fromEntries(settings.tmpfs.map(({ target, options }) => [target, options])),
    ReadonlyRootfs: settings.readOnlyRoot,
  };
}

interface Binding {
  HostPort: string;
  HostIp?: string;
}

const toBinding = ({ host, hostIp }: Port): Binding => ({
  HostPort: String(host),
  ...(hostIp !== undefined && { HostIp: hostIp }),
});

/** One port of the container may be published on several of the host. */
function toPortBindings(ports: readonly Port[]): Record<string, Binding[]> {
  const bindings: Record<string, Binding[]> = {};
  for (const port of ports) (bindings[portKey(port)] ??= []).push(toBinding(port));
  return bindings;
}

function toHealthcheck(check: HealthCheck): HealthConfig {
  // Docker takes 0 for "as the image says, else the default"
  return {
    Test: check.test,
    Interval: Math.round((check.intervalSeconds ?? 0) * NANOSECONDS),
    Timeout: Math.round((check.timeoutSeconds ?? 0) * NANOSECONDS),
    StartPeriod: Math.round((check.startPeriodSeconds ?? 0) * NANOSECONDS),
    Retries: check.retries ?? 0,
  };
}

/** An anonymous volume has no bind, and no mode: Docker takes none for it. */
function toBind({ source, target, mode }: Volume): string[] {
  if (!source) return [];
  return [mode === '' ? `${source}:${target}` : `${source}:${target}:${mode}`];
}

const toMount = (Source: string, Target: string): MountSettings => ({ Type: 'volume', Source, Target });
const isAnonymous = ({ source }: Volume): boolean => !source;
const portKey = ({ container, protocol }: Port): string => `${container}/${protocol}`;
