import type { Problem } from '@nebula/domain';
import { type ConfSources, reasonOf } from './conf-file';
import { ConfigError } from './config-error';
import type { QueueType } from './server-settings';
import type { Config, SettingName } from './settings';

/** How RabbitMQ is reached. Holds secrets: never to be logged. */
export interface RabbitAccess {
  /** With user, password and vhost; never none. */
  urls: string[];
  heartbeatSeconds: number;
  /** Texts in PEM; absent: what Node.js trusts, and no certificate of our own. */
  tls?: { ca?: string; cert?: string; key?: string };
  queueType: QueueType;
}

/** @throws ConfigError that names every TLS file that can't be read */
export function rabbitAccessOf(config: Config, { readFile }: Pick<ConfSources, 'readFile'>): RabbitAccess {
  const tls = tlsOf(config, readFile);
  return {
    urls: [...(config.RABBIT_URL ?? urlsOf(config))],
    heartbeatSeconds: config.RABBIT_HEARTBEAT,
    ...(tls && { tls }),
    queueType: config.RABBIT_QUEUE_TYPE,
  };
}

function urlsOf(config: Config): string[] {
  const { RABBIT_HOST: hosts = [], RABBIT_USER: user = '', RABBIT_PASSWORD: password = '', RABBIT_TLS: tls } = config;
  const scheme = tls ? 'amqps' : 'amqp';
  const port = config.RABBIT_PORT ?? (tls ? 5671 : 5672);
  const [login, vhost] = [[user, password].map(encodeURIComponent).join(':'), encodeURIComponent(config.RABBIT_VHOST)];
  return hosts.map((host) => `${scheme}://${login}@${/:\d+$/.test(host) ? host : `${host}:${port}`}/${vhost}`);
}

const TLS_FILES = { ca: 'RABBIT_TLS_CA_FILE', cert: 'RABBIT_TLS_CERT_FILE', key: 'RABBIT_TLS_KEY_FILE' } as const;

function tlsOf(config: Config, readFile: ConfSources['readFile']): RabbitAccess['tls'] {
  const problems: Problem[] = [];
  const read = (name: SettingName & (typeof TLS_FILES)[keyof typeof TLS_FILES]): string | undefined => {
    const path = config[name];
    if (path === undefined) return undefined;
    try {
      return readFile(path);
    } catch (error) {
      problems.push({ pointer: name, detail: `names a file that cannot be read${reasonOf(error)}` });
      return undefined;
    }
  };
  const texts = Object.entries(TLS_FILES).map(([part, name]) => [part, read(name)] as const);
  if (problems.length > 0) throw new ConfigError(problems);
  const given = texts.filter(([, text]) => text !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
