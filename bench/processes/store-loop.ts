import { AppStore } from '@nebula/store';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { answering, given } from './answering';
import { generationOf } from './generation-of';
import { swapsPerSecond } from './store-load';
import { storeAt, type StorePlace } from './store-place';

@Module({})
class StoreAlone {}

const opened = open();

async function open(): Promise<AppStore> {
  const imports = [storeAt(given<{ store: StorePlace }>().store)];
  const context = await NestFactory.createApplicationContext({ module: StoreAlone, imports }, { logger: ['error'] });
  return context.get(AppStore);
}

answering(
  opened.then(() => undefined),
  swapsPerSecond(async (name, generation) => (await opened).append(generationOf(name, generation))),
);
