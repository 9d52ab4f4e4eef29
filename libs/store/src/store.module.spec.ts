import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppStore, GroupStore, HostStore, StoreIdentity, StoreModule } from '.';
import { appGeneration } from './desired-store.contract';

@Injectable()
class Consumer {
  constructor(
    readonly apps: AppStore,
    readonly groups: GroupStore,
    readonly hosts: HostStore,
    readonly identity: StoreIdentity,
  ) {}
}

@Module({ providers: [Consumer] })
class ConsumerModule {}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nebula-store-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const start = () => Test.createTestingModule({ imports: [StoreModule.sqlite(folder), ConsumerModule] }).compile();

it('gives every module the ports, and lets go of the file when the program ends', async () => {
  const first = await start();
  await first.get(Consumer).apps.append(appGeneration('web', 1));
  expect(await first.get(Consumer).groups.newest('web')).toBeUndefined();
  expect(await first.get(Consumer).hosts.hosts({ limit: 1 })).toEqual([]);
  await first.get(Consumer).identity.check();
  await first.close();
  const second = await start();
  expect(await second.get(Consumer).apps.newest('web')).toBeDefined();
  await second.close();
});

it('stops the start with one clear error when the store cannot be opened', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  await expect(start()).rejects.toMatchObject({ kind: 'unavailable', code: 'store-away' });
});
