import { listOf, Malformed, type ParseValue } from './parse-value';

const MUST_BE_URLS = 'must be such as amqps://user:password@broker:5671/vhost, several with commas between';
const MUST_BE_HOSTS = 'must have host names or addresses, each with a port or without, such as broker-1,broker-2:5673';
const MUST_BE_MONGO = 'must be such as mongodb://user:password@host:27017';

const parsedUrl = (value: unknown, must: string): URL => {
  if (typeof value !== 'string' || /[\s\p{Cc}]/u.test(value) || !URL.canParse(value)) throw new Malformed(must);
  return new URL(value);
};

const rabbitUrl: ParseValue<string> = (value) => {
  const { protocol, hostname, username, password, pathname, search, hash } = parsedUrl(value, MUST_BE_URLS);
  const known = protocol === 'amqp:' || protocol === 'amqps:';
  const vhost = pathname.slice(1);
  const parts = [username, password, vhost];
  const readable = parts.every(isDecodable) && !vhost.includes('/') && search === '' && hash === '';
  if (!known || hostname === '' || !readable) throw new Malformed(MUST_BE_URLS);
  return String(value);
};

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** One URL or several: a comma of a password is written %2C. */
export const rabbitUrls: ParseValue<readonly string[]> = someOf(rabbitUrl, MUST_BE_URLS);

const hostAndPort: ParseValue<string> = (value) => {
  const [, host, port] =
    /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::(\d{1,5}))?$/i.exec(typeof value === 'string' ? value : '') ??
    [];
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) throw new Malformed(MUST_BE_HOSTS);
  return String(value);
};

/** `host` or `host:port`, one or several. */
export const rabbitHosts: ParseValue<readonly string[]> = someOf(hostAndPort, MUST_BE_HOSTS);

function someOf(item: ParseValue<string>, must: string): ParseValue<readonly string[]> {
  const list = listOf(item);
  return (value) => {
    const items = list(value);
    if (items.length === 0) throw new Malformed(must);
    return items;
  };
}

/** Its hosts may be several, which no URL has: the driver reads the rest, and says what it makes of it. */
export const mongoUrl: ParseValue<string> = (value) => {
  const fits = typeof value === 'string' && /^mongodb(\+srv)?:\/\/[^\s\p{Cc}]+$/u.test(value);
  if (!fits) throw new Malformed(MUST_BE_MONGO);
  return value;
};
