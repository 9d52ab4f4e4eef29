import { oneOf, textLike, trueOrFalse, wholeNumber } from './parse-value';
import { mongoUrl, rabbitHosts, rabbitUrls } from './server-addresses';
import { type Program, setting, withDefault } from './setting';

/** Standalone has its own bus and its own store. */
const ON_THE_BUS: readonly Program[] = ['api', 'worker', 'monitor'];
const ON_THE_STORE: readonly Program[] = ['api', 'monitor'];

const path = textLike(/^[^\0]+$/, 'must be a path');
const text = textLike(/^\P{Cc}+$/u, 'must be a text that is not empty, without line ends');

export type QueueType = 'classic' | 'quorum';

/** What the programs of a fleet are told of the servers that they share. */
export const SERVER_SETTINGS = {
  RABBIT_URL: setting({
    description:
      'RabbitMQ in one setting: `amqp://user:password@host:5672/vhost`, or `amqps://…` with TLS; several with commas between. Counts before the settings below, but for heartbeat, TLS files and queue type.',
    programs: ON_THE_BUS,
    secret: true,
    parse: rabbitUrls,
  }),
  RABBIT_HOST: setting({
    description: 'Hosts of RabbitMQ: one, or several with commas between, each `host` or `host:port`.',
    programs: ON_THE_BUS,
    parse: rabbitHosts,
  }),
  RABBIT_PORT: setting({
    description: 'Port of those hosts that name none; else 5672, with TLS 5671.',
    programs: ON_THE_BUS,
    parse: wholeNumber(1, 65_535),
  }),
  RABBIT_VHOST: withDefault({
    description: 'Virtual host of this installation at RabbitMQ.',
    programs: ON_THE_BUS,
    default: '/',
    parse: text,
  }),
  RABBIT_USER: setting({
    description: 'User at RabbitMQ: needed with `RABBIT_HOST`.',
    programs: ON_THE_BUS,
    parse: text,
  }),
  RABBIT_PASSWORD: setting({
    description: 'Password at RabbitMQ: needed with `RABBIT_HOST`.',
    programs: ON_THE_BUS,
    secret: true,
    parse: text,
  }),
  RABBIT_HEARTBEAT: withDefault({
    description:
      'Seconds between heartbeats of the connection; a broker not heard for two of them is left for another.',
    programs: ON_THE_BUS,
    default: 5,
    parse: wholeNumber(1, 3600),
  }),
  RABBIT_TLS: withDefault({
    description: 'Whether `RABBIT_HOST` is spoken to with TLS: true or false.',
    programs: ON_THE_BUS,
    default: false,
    parse: trueOrFalse,
  }),
  RABBIT_TLS_CA_FILE: setting({
    description: 'File with the certificates (PEM) that RabbitMQ’s must come from; else those that Node.js trusts.',
    programs: ON_THE_BUS,
    parse: path,
  }),
  RABBIT_TLS_CERT_FILE: setting({
    description: 'File with this program’s own certificate (PEM) for RabbitMQ, where it asks for one.',
    programs: ON_THE_BUS,
    parse: path,
  }),
  RABBIT_TLS_KEY_FILE: setting({
    description: 'File with the key (PEM) of `RABBIT_TLS_CERT_FILE`.',
    programs: ON_THE_BUS,
    parse: path,
  }),
  RABBIT_QUEUE_TYPE: withDefault({
    description: 'Type of the shared queues: classic, or quorum where RabbitMQ is a cluster. Not changed later.',
    programs: ON_THE_STORE,
    default: 'classic' as QueueType,
    parse: oneOf<readonly QueueType[]>('classic', 'quorum'),
  }),
  MONGO_URL: setting({
    description: 'MongoDB, or a server that speaks its protocol: `mongodb://user:password@host:27017`.',
    programs: ON_THE_STORE,
    secret: true,
    parse: mongoUrl,
  }),
  SCHEMA_NAME: withDefault({
    description: 'Database of this installation at MongoDB.',
    programs: ON_THE_STORE,
    default: 'nebula',
    parse: textLike(/^[a-zA-Z0-9_-]{1,38}$/, 'must be 1 to 38 letters, digits, "_" and "-"'),
  }),
} as const;
