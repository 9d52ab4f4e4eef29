import { IsBoolean, IsDefined, IsIn, IsOptional } from 'class-validator';
import { Checked, Nested, Part } from '../parse/noun';
import { problemsOf } from '../parse/parsed';
import { parseArguments } from './fields/arguments';
import { parseCapabilities } from './fields/capabilities';
import { ContainersPer, exactlyOne } from './fields/containers-per.noun';
import { parseDevices } from './fields/devices';
import { parseEnv } from './fields/env';
import { parseExtraHosts } from './fields/extra-hosts';
import { HealthCheck } from './fields/health-check.noun';
import { parseImage } from './fields/image';
import { parseLabels } from './fields/labels';
import { Logging } from './fields/logging.noun';
import { parseName } from './fields/name';
import { parseNetworks } from './fields/networks';
import { PortMapping } from './fields/port-mapping.noun';
import { parsePorts } from './fields/ports';
import { PULL_POLICIES, type PullPolicy } from './fields/pull-policy';
import { Resources } from './fields/resources.noun';
import { Rolling } from './fields/rolling.noun';
import { Stop } from './fields/stop.noun';
import { parseTmpfs } from './fields/tmpfs';
import { Ulimit } from './fields/ulimit.noun';
import { parseUlimits } from './fields/ulimits';
import { parseVolumes } from './fields/volumes';

/** An app as its owner writes it: only what was given; what is absent has its default (see `resolveApp`). */
export class AppSpec {
  /**
   * Containers are named `<name>-1`, `<name>-2` and so on. Letters, digits, '_', '.' and '-', at most 58.
   * @example web
   */
  @Checked(problemsOf(parseName))
  @IsDefined({ message: 'is required' })
  name!: string;

  /**
   * An image reference as Docker takes it, tag and digest optional.
   * @example registry.example:5000/web:1.4
   */
  @Checked(problemsOf(parseImage))
  @IsDefined({ message: 'is required' })
  image!: string;

  /**
   * When a change asks for the image: fetch it, fetch it if the host has none, or never. Default: `always` for no tag or
   * `latest`, else `ifMissing`.
   * @example ifMissing
   */
  @IsIn(PULL_POLICIES)
  @IsOptional()
  pullPolicy?: PullPolicy;

  /**
   * A stopped app has no containers. Default: true.
   * @example true
   */
  @IsBoolean()
  @IsOptional()
  running?: boolean;

  /**
   * How many containers a host runs; default: one.
   * @example { "cpu": 1 }
   */
  @Nested(ContainersPer, exactlyOne)
  @IsOptional()
  containersPer?: ContainersPer;

  /**
   * Ports published on the host, on all of its addresses unless told otherwise: what only other apps use needs none. The
   * n-th container's host port is the one written here + n − 1; a number alone is the same port on host and in container.
   * @example [8080, { "host": 9000, "container": 80, "protocol": "tcp" }]
   */
  @Part(PortMapping)
  @Checked(problemsOf(parsePorts))
  @IsOptional()
  ports?: (number | PortMapping)[];

  /**
   * Environment variables.
   * @example { "LEVEL": "info" }
   */
  @Checked(problemsOf(parseEnv))
  @IsOptional()
  env?: Record<string, string>;

  /**
   * `/host/path:/path[:mode]`, `volume:/path[:mode]`, or `/path` for an anonymous volume of each container. That keeps its
   * content through changes, restarts and pulls, and goes when the app is deleted or scaled down; so does one of the image.
   * @example ["/srv/web:/data:ro"]
   */
  @Checked(problemsOf(parseVolumes))
  @IsOptional()
  volumes?: string[];

  /**
   * Networks by name; those that a host lacks are made there as bridges. Others on them find a container by its name, and
   * all of the app by the app's; not so on Docker's own `bridge`. `host` or `none` stand alone. Default: `nebula`.
   * @example ["nebula"]
   */
  @Checked(problemsOf(parseNetworks))
  @IsOptional()
  networks?: string[];

  /**
   * Devices of the host: `/dev/on-host[:/dev/in-container][:rwm]`.
   * @example ["/dev/fuse:/dev/fuse:rwm"]
   */
  @Checked(problemsOf(parseDevices))
  @IsOptional()
  devices?: string[];

  /**
   * Containers get all capabilities and devices of the host.
   * @example false
   */
  @IsBoolean()
  @IsOptional()
  privileged?: boolean;

  /**
   * Replace containers one after the other; null: all of them at once.
   * @example { "maxUnavailable": 1 }
   */
  @Nested(Rolling)
  @IsOptional()
  rolling?: Rolling | null;

  /**
   * Instead of the image's command; null or empty: the image's.
   * @example ["serve"]
   */
  @Checked(problemsOf(parseArguments))
  @IsOptional()
  command?: string[] | null;

  /**
   * Instead of the image's entrypoint; null: the image's, empty: none.
   * @example ["/bin/sh", "-c"]
   */
  @Checked(problemsOf(parseArguments))
  @IsOptional()
  entrypoint?: string[] | null;

  /**
   * Labels of the containers. Those that begin with `nebula.`, `app_name` and `orchestrator` are Nebula's own.
   * @example { "team": "ads", "traefik.enable": "true" }
   */
  @Checked(problemsOf(parseLabels))
  @IsOptional()
  labels?: Record<string, string>;

  /**
   * Limits of each container; default: none.
   * @example { "cpus": 0.5, "memoryMiB": 128 }
   */
  @Nested(Resources)
  @IsOptional()
  resources?: Resources;

  /**
   * Where output goes; null: as the Engine is configured.
   * @example { "driver": "json-file", "options": {} }
   */
  @Nested(Logging)
  @IsOptional()
  logging?: Logging | null;

  /**
   * How Docker finds out whether a container is healthy; null: the image's own health check, if it has one.
   * @example { "test": ["CMD", "true"], "intervalSeconds": 10, "retries": 3 }
   */
  @Nested(HealthCheck)
  @IsOptional()
  healthCheck?: HealthCheck | null;

  /**
   * How containers are asked to end, by Nebula and by Docker itself; default: the image's signal, 10 seconds.
   * @example { "signal": "SIGTERM", "graceSeconds": 10 }
   */
  @Nested(Stop)
  @IsOptional()
  stop?: Stop;

  /**
   * Limits of the kernel for each process, besides those that the Engine sets.
   * @example [{ "name": "nofile", "soft": 1024, "hard": 65536 }]
   */
  @Part(Ulimit)
  @Checked(problemsOf(parseUlimits))
  @IsOptional()
  ulimits?: Ulimit[];

  /**
   * `name:address` for the containers' hosts file; the address may be `host-gateway`.
   * @example ["db.internal:10.0.0.5"]
   */
  @Checked(problemsOf(parseExtraHosts))
  @IsOptional()
  extraHosts?: string[];

  /**
   * Linux capabilities that containers get besides Docker's usual ones, with or without `CAP_`; `ALL` for all.
   * @example ["NET_ADMIN"]
   */
  @Checked(problemsOf(parseCapabilities))
  @IsOptional()
  capAdd?: string[];

  /**
   * Linux capabilities that are taken from containers.
   * @example ["MKNOD"]
   */
  @Checked(problemsOf(parseCapabilities))
  @IsOptional()
  capDrop?: string[];

  /**
   * File systems in memory: `/path[:options]`, options as `mount` takes them.
   * @example ["/run:size=64m,mode=1777"]
   */
  @Checked(problemsOf(parseTmpfs))
  @IsOptional()
  tmpfs?: string[];

  /**
   * Containers cannot write to their root file system; volumes and tmpfs stay writable.
   * @example false
   */
  @IsBoolean()
  @IsOptional()
  readOnlyRoot?: boolean;
}
