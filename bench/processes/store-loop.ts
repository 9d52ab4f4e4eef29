import type { AppGeneration } from '@nebula/domain';
import { AppStore } from '@nebula/store';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { answering, given } from './answering';
import { storeAt, type StorePlace } from './store-place';

/** How many loops write, each generations of a name of its own, and for how long. */
export interface StoreLoad {
  loops: number;
  milliseconds: number;
}

@Module({})
class StoreAlone {}

const opened = open();
const counts = new Map<string, number>();

async function open(): Promise<AppStore> {
  const imports = [storeAt(given<{ store: StorePlace }>().store)];
  const context = await NestFactory.createApplicationContext({ module: StoreAlone, imports }, { logger: ['error'] });
  return context.get(AppStore);
}

/** @returns generations stored for certain, per second */
async function perSecond({ loops, milliseconds }: StoreLoad): Promise<number> {
  const store = await opened;
  const began = performance.now();
  const names = Array.from({ length: loops }, (_, index) => `app-${String(index).padStart(2, '0')}`);
  const stored = await Promise.all(names.map((name) => appendUntil(began + milliseconds, store, name)));
  return (1000 * stored.reduce((sum, each) => sum + each, 0)) / (performance.now() - began);
}

async function appendUntil(until: number, store: AppStore, name: string): Promise<number> {
  const first = counts.get(name) ?? 0;
  let generation = first;
  while (performance.now() < until) {
    if (!(await store.append(generationOf(name, ++generation)))) throw new Error(`${name} was written by another`);
  }
  counts.set(name, generation);
  return generation - first;
}

/** As long as those that the api is made to store. */
function generationOf(name: string, generation: number): AppGeneration {
  const env = { CHANGE: String(generation).padStart(9, '0') };
  const spec = { name, image: 'registry.example/web:1', env, labels: { team: 'bench' } };
  const now = new Date().toISOString();
  const counters = { bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { name, generation, deleted: false, spec, createdAt: now, updatedAt: now, actor: 'nebula', ...counters };
}

answering(
  opened.then(() => undefined),
  perSecond,
);
