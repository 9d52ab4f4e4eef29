import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ControlBus } from '@nebula/bus';
import { AppStore, GroupStore, HostStore, StoreIdentity } from '@nebula/store';
import { readFile, writeFile } from 'node:fs/promises';
import { ApiModule } from '../api.module';
import { apiAdapter } from '../configure-api';
import { openApiDocument } from './document';

const FILE = 'docs/openapi.json';
const PORTS = [AppStore, GroupStore, HostStore, StoreIdentity, ControlBus];

/** In a preview nothing is made or called: ports only have to be there. */
@Global()
@Module({ providers: PORTS.map((provide) => ({ provide, useValue: {} })), exports: PORTS })
class NoPorts {}

@Module({
  imports: [
    NoPorts,
    ApiModule.register({
      installation: 'preview',
      basicAuthUser: 'preview',
      basicAuthPassword: 'preview',
      reportIntervalSeconds: 15,
      digestIntervalSeconds: 60,
    }),
  ],
})
class Preview {}

async function documentText(): Promise<string> {
  const options = { preview: true, logger: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(Preview, apiAdapter(), options);
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}

/** Writes docs/openapi.json; with `--check`, tells by its exit code whether it is what it should be. */
async function main(): Promise<void> {
  const text = await documentText();
  if (!process.argv.includes('--check')) return writeFile(FILE, text);
  if ((await readFile(FILE, 'utf8').catch(() => '')) === text) return;
  process.stderr.write(`${FILE} is stale: write it again with write-openapi, without --check\n`);
  process.exitCode = 1;
}

void main();
