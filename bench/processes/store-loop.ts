import { AppStore } from '@nebula/store';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { answering, given } from './answering';
import { generationOf } from './generation-of';
import { swapsPerSecond } from './store-load';
import { storeAt, type StorePlace } from './store-place';

/** As the ledger of the api has it, which is not to be loaded here: some servers are the slower the more there is. */
const [KEPT_GENERATIONS, PRUNED_TOGETHER] = [100, 20];

@Module({})
class StoreAlone {}

const opened = open();

async function open(): Promise<AppStore> {
  const imports = [storeAt(given<{ store: StorePlace }>().store)];
  const context = await NestFactory.createApplicationContext({ module: StoreAlone, imports }, { logger: ['error'] });
  return context.get(AppStore);
}

async function swap(name: string, generation: number): Promise<boolean> {
  const store = await opened;
  const isStored = await store.append(generationOf(name, generation));
  if (generation > KEPT_GENERATIONS && generation % PRUNED_TOGETHER === 0)
    void store.prune(name, KEPT_GENERATIONS).catch(() => undefined);
  return isStored;
}

answering(
  opened.then(() => undefined),
  swapsPerSecond(swap),
);
