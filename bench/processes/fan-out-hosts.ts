import { accept, checkAppMessage, INBOX, Refusal } from '@nebula/bus';
import { RabbitHostBus } from '@nebula/bus/rabbitmq';
import { keysOf } from '@nebula/bus/rabbitmq/routing';
import { EXCHANGE, ownQueue } from '@nebula/bus/rabbitmq/topology';
import { Logger } from '@nestjs/common';
import { type Channel, connect, type ConsumeMessage } from 'amqplib';
import { AUDIENCE, INSTALLATION } from '../fan-out/message';
import { bareSettings, bareUrl, now, type Place, rabbitOptions } from '../fan-out/place';
import { answering, given } from './answering';

/** What is waited for: bytes in every consumer's callback, or a message that every host found to be right. */
export type Awaited = 'bytes' | 'validated';
export type HostsOrder = { expect: Awaited } | 'tell';

const MOST_QUEUED = 10_000;
/** Connections that are opened at the same time. */
const AT_ONCE = 20;

const place = given<Place & { hosts: number }>();
Logger.overrideLogger(false);

let awaited: Awaited = 'bytes';
let left = 0;
let last = Promise.withResolvers<number>();

function expect(what: Awaited): void {
  awaited = what;
  left = place.hosts;
  last = Promise.withResolvers();
}

function arrived(): void {
  const at = now();
  if (--left === 0) last.resolve(at);
}

/** Under Nebula and beside it, so that both are timed by the same code: where the library calls a consumer. */
async function timeDeliveries(): Promise<void> {
  const connection = await connect(bareUrl(place), bareSettings);
  const library = Object.getPrototypeOf(await connection.createChannel()) as Channel;
  await connection.close();
  const { consume } = library;
  library.consume = function timed(this: Channel, queue, deliver, options) {
    const take = (message: ConsumeMessage | null): void => {
      if (message?.properties.type !== INBOX.app) deliver(message);
      else if (awaited === 'bytes') arrived();
      else deliver(message);
    };
    return consume.call(this, queue, take, options);
  };
}

async function openNebula(): Promise<void> {
  const bus = new RabbitHostBus(rabbitOptions(place, 'host')).connect();
  const inbox = bus.inbox(AUDIENCE);
  const take = async (payload: unknown): Promise<void> => {
    if (!(accept(payload, INSTALLATION, checkAppMessage) instanceof Refusal)) arrived();
  };
  inbox.addHandler(INBOX.app, take, true);
  inbox.listen(() => undefined);
  await new Promise<void>((done) => bus.onConnected(done));
}

/** The same kind of queue, with as many bindings. */
async function openBare(): Promise<void> {
  const connection = await connect(bareUrl(place), bareSettings);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', ownQueue(MOST_QUEUED));
  await channel.bindQueue(queue, EXCHANGE.answers, queue);
  for (const key of keysOf(AUDIENCE)) await channel.bindQueue(queue, EXCHANGE.desired, key);
  await channel.consume(queue, () => undefined, { noAck: true });
}

async function openAll(): Promise<void> {
  await timeDeliveries();
  const open = place.means === 'nebula' ? openNebula : openBare;
  let unopened = place.hosts;
  const lane = async (): Promise<void> => {
    while (unopened-- > 0) await open();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** @returns when the last of them had what was expected */
async function obey(order: HostsOrder): Promise<number | undefined> {
  if (order === 'tell') return last.promise;
  expect(order.expect);
  return undefined;
}

answering(openAll(), obey);
