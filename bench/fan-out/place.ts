import type { RabbitOptions } from '@nebula/bus/rabbitmq';

/** What is sent by, and heard by: Nebula's ends of the bus, or the library below them with the same bytes. */
export type Means = 'nebula' | 'amqplib';

export interface Place {
  means: Means;
  /** Of the broker, with a vhost of its own for each of the means. */
  url: string;
}

const HEARTBEAT_SECONDS = 5;

export const rabbitOptions = ({ url }: Place, connectionName: string): RabbitOptions => ({
  urls: [url],
  heartbeatSeconds: HEARTBEAT_SECONDS,
  connectionName,
  queueType: 'classic',
});

/** As Nebula connects. */
export const bareUrl = ({ url }: Place): string => `${url}?heartbeat=${HEARTBEAT_SECONDS}`;
export const bareSettings = { noDelay: true } as const;

/** Milliseconds by a clock that all processes of this machine share, and nobody sets. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
