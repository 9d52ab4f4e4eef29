import type { Certificates } from './certificates';

export interface BrokerLimits {
  /** Publishers are blocked above it. */
  memoryBytes?: number;
  /** Publishers are blocked when the disk has less left. */
  diskFreeBytes?: number;
  /** Open files and connections; default 65536, or what this user may have. */
  files?: number;
}

export interface BrokerOptions {
  /** Where its data and log are, kept by `remove`; without one a temporary folder. */
  folder?: string;
  port?: number;
  managementPort?: number;
  /** The address it listens on; default 127.0.0.1. */
  host?: string;
  limits?: BrokerLimits;
  /** Listens with TLS as well, and asks for a client's certificate when told. */
  tls?: { port?: number; clientCertificates?: boolean };
  /** Set up for thousands of connections, as docker/README.md tells: with no figures for the management API, for one. */
  manyConnections?: boolean;
  /** More plugins than the management API. */
  plugins?: string[];
  /** More lines of rabbitmq.conf. */
  config?: string[];
}

/** Where it listens. Those of Erlang itself are on loopback always. */
export interface BrokerPorts {
  amqp: number;
  management: number;
  erlang: number;
  names: number;
  tls?: number;
}

export const administrator = { user: 'nebula', password: 'nebula' };

const MANY_CONNECTIONS = ['collect_statistics_interval = 30000', 'management_agent.disable_metrics_collector = true'];

/** rabbitmq.conf. */
export function brokerConfig(options: BrokerOptions, ports: BrokerPorts, certificates?: Certificates): string {
  const { host = '127.0.0.1', limits = {} } = options;
  return [
    `listeners.tcp.1 = ${host}:${ports.amqp}`,
    `management.tcp.ip = ${host}`,
    `management.tcp.port = ${ports.management}`,
    `default_user = ${administrator.user}`,
    `default_pass = ${administrator.password}`,
    'default_user_tags.administrator = true',
    'loopback_users = none',
    'log.console = true',
    'log.console.level = info',
    // One line for each connection is much with thousands; refused ones are errors.
    'log.connection.level = error',
    'tcp_listen_options.backlog = 4096',
    // As docker/rabbitmq/start.sh has them.
    'tcp_listen_options.sndbuf = 65536',
    'tcp_listen_options.recbuf = 65536',
    'handshake_timeout = 60000',
    ...(options.manyConnections ? MANY_CONNECTIONS : ['collect_statistics_interval = 1000']),
    ...(limits.memoryBytes ? [`vm_memory_high_watermark.absolute = ${limits.memoryBytes}`] : []),
    // Its own default of 50 MB, unless a test wants otherwise.
    `disk_free_limit.absolute = ${limits.diskFreeBytes ?? 50_000_000}`,
    ...(certificates ? tlsConfig(options, `${host}:${ports.tls}`, certificates) : []),
    ...(options.config ?? []),
    '',
  ].join('\n');
}

function tlsConfig({ tls }: BrokerOptions, address: string, certificates: Certificates): string[] {
  return [
    `listeners.ssl.1 = ${address}`,
    `ssl_options.cacertfile = ${certificates.ca}`,
    `ssl_options.certfile = ${certificates.serverCert}`,
    `ssl_options.keyfile = ${certificates.serverKey}`,
    `ssl_options.verify = ${tls?.clientCertificates ? 'verify_peer' : 'verify_none'}`,
    `ssl_options.fail_if_no_peer_cert = ${tls?.clientCertificates ?? false}`,
  ];
}

/** The environment of the server and of rabbitmqctl: everything in the folder, nothing of the machine's own broker. */
export function brokerEnvironment(
  path: (...names: string[]) => string,
  ports: BrokerPorts,
  { manyConnections }: BrokerOptions,
): Record<string, string> {
  return {
    ...(manyConnections && { ERL_FULLSWEEP_AFTER: '0' }),
    HOME: path('home'),
    ERL_EPMD_PORT: String(ports.names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CONF_ENV_FILE: path('none'),
    RABBITMQ_NODENAME: 'broker@localhost',
    RABBITMQ_DIST_PORT: String(ports.erlang),
    // The default is 10,000 above, which there may not be; 0 is any.
    RABBITMQ_CTL_DIST_PORT_MIN: '0',
    RABBITMQ_CTL_DIST_PORT_MAX: '0',
    RABBITMQ_MNESIA_BASE: path('data'),
    RABBITMQ_LOG_BASE: path('logs'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path('none.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path('plugins'),
    RABBITMQ_PID_FILE: path('pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // Makes the start script become the server, instead of waiting beside it for signals.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}
