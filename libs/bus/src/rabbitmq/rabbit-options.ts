import type { AmqpConnectionManagerOptions, ConnectionUrl } from 'amqp-connection-manager';
import { credentials } from 'amqplib';
import type { BackOff } from './back-off';

/** How a program reaches its broker. */
export interface RabbitOptions {
  /** Of one broker, or of the nodes of a cluster: with credentials and vhost, never logged. */
  urls: string[];
  heartbeatSeconds: number;
  /** PEM texts. Only for urls that begin with `amqps:`. */
  tls?: { ca?: string; cert?: string; key?: string };
  /** Shown by the broker beside the connection. */
  connectionName: string;
  /** Of the queues that several programs share. `quorum` where there is a cluster. */
  queueType: 'classic' | 'quorum';
}

/** How long the broker may take until it has answered all that opens a connection, ms: a frozen one takes TCP on. */
const OPENING_MS = 12_000;
/**
 * How long the broker may take to confirm a message, ms. One that has too much to do is late, and to send the same again
 * would give it more; one that is gone ends the connection by its missing heartbeats, long before.
 */
export const CONFIRM_MS = 60_000;

export function managerOptions(
  options: RabbitOptions,
  backOff: Pick<BackOff, 'patience'>,
  purpose = '',
): AmqpConnectionManagerOptions {
  const { urls, heartbeatSeconds, tls, connectionName } = options;
  const connectionOptions: Settings = {
    // With Nagle's algorithm each message waits for 40 ms.
    noDelay: true,
    clientProperties: { connection_name: `${connectionName}${purpose}` },
    ...tls,
  };
  return {
    heartbeatIntervalInSeconds: heartbeatSeconds,
    // Asked for each time when all of them were tried: not everybody goes to the same node first.
    findServers: async () => {
      const settings = { ...connectionOptions, timeout: OPENING_MS * backOff.patience };
      return shuffled(urls).map((url) => serverOf(url, settings));
    },
    connectionOptions,
  };
}

type Settings = NonNullable<AmqpConnectionManagerOptions['connectionOptions']>;

/** The library takes a url's credentials for Latin-1, and hands the url on with its events: it gets one without. */
function serverOf(url: string, settings: Settings): ConnectionUrl {
  const parsed = URL.parse(url);
  if (!parsed?.username) return { url, connectionOptions: settings };
  const [user, password] = [unescaped(parsed.username), unescaped(parsed.password)];
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.toString(), connectionOptions: { ...settings, credentials: credentials.plain(user, password) } };
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((entry) => ({ entry, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

/** What no log may hold: the credentials of the urls, as they are written there and as they are meant. */
export function secretsOf({ urls }: RabbitOptions): string[] {
  return urls.flatMap((url) => {
    const parsed = URL.parse(url);
    return parsed?.password ? [parsed.password, unescaped(parsed.password)] : [];
  });
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
