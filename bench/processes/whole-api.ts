import { apiAdapter, ApiModule, configureApi } from '@nebula/api';
import { BusModule } from '@nebula/bus/bus.module';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answering, given } from './answering';
import type { Listening } from './listening';
import { storeAt, type StorePlace } from './store-place';

export interface ApiLogin {
  user: string;
  password: string;
  token: string;
}

/** The whole api as standalone has it, without the worker and the monitor beside it. */
@Module({})
class WholeApi {}

async function start({ store, login }: { store: StorePlace; login: ApiLogin }): Promise<Listening> {
  const options = {
    installation: 'bench',
    basicAuthUser: login.user,
    basicAuthPassword: login.password,
    authToken: login.token,
    reportIntervalSeconds: 15,
    digestIntervalSeconds: 60,
  };
  const imports = [storeAt(store), BusModule.inProcess(), ApiModule.register(options)];
  const app = await NestFactory.create<NestFastifyApplication>({ module: WholeApi, imports }, apiAdapter(), {
    logger: ['error', 'warn'],
    bodyParser: false,
  });
  configureApi(app);
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl() };
}

answering(start(given()), () => Promise.reject(new Error('the api is asked by HTTP')));
