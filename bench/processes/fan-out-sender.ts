import { RabbitControlBus } from '@nebula/bus/rabbitmq';
import { routesOf } from '@nebula/bus/rabbitmq/routing';
import { EXCHANGE, TYPE_OF } from '@nebula/bus/rabbitmq/topology';
import { encode } from '@nebula/bus/rabbitmq/wire';
import { Logger } from '@nestjs/common';
import { connect } from 'amqplib';
import { GROUP, MESSAGE } from '../fan-out/message';
import { bareSettings, bareUrl, now, type Place, rabbitOptions } from '../fan-out/place';
import { answering, given } from './answering';

const REACH = { groups: [GROUP] };
const place = given<Place>();
Logger.overrideLogger(false);
const opened = place.means === 'nebula' ? openNebula() : openBare();

/** @returns what sends */
async function openNebula(): Promise<() => Promise<void>> {
  const bus = new RabbitControlBus({ ...rabbitOptions(place, 'sender'), program: 'api' });
  await new Promise<void>((done) => bus.onConnected(done));
  return () => bus.publish('app', MESSAGE, REACH);
}

async function openBare(): Promise<() => Promise<void>> {
  const connection = await connect(bareUrl(place), bareSettings);
  const channel = await connection.createConfirmChannel();
  for (const exchange of ['desired', 'answers'] as const) {
    await channel.assertExchange(EXCHANGE[exchange], TYPE_OF[exchange], { durable: true });
  }
  const [{ key, cc }] = routesOf('app', MESSAGE.body, REACH) as [{ key: string; cc: string[] }];
  const [content, options] = [encode(MESSAGE), { contentType: 'application/json', type: 'app', CC: cc }];
  return async () => {
    channel.publish(EXCHANGE.desired, key, content, options);
    await channel.waitForConfirms();
  };
}

/** @returns when it began to send */
async function send(): Promise<number> {
  const publish = await opened;
  const began = now();
  await publish();
  return began;
}

answering(
  opened.then(() => undefined),
  send,
);
