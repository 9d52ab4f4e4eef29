// First: from it on signals are heard, while the rest is loaded.
import { Heartbeat, nameOfConnection, QuietLogger, runProgram, type Running } from '@nebula/program';
import { BusModule } from '@nebula/bus/bus.module';
import { type ConfigOf, loadConfig, processSources, type RabbitAccess, rabbitAccessOf } from '@nebula/config';
import { StoreModule } from '@nebula/store';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiModule } from './api.module';
import { apiOptionsOf } from './api-settings';
import { apiAdapter, configureApi } from './configure-api';
import { Stopping } from './health/stopping';

/** Longer than a load balancer needs to notice: `docker/haproxy.cfg` asks every half second. */
const SAYS_SO_FIRST_MS = 2_000;

@Module({})
class ApiProgram {
  static register(config: ConfigOf<'api'>, rabbit: RabbitAccess): DynamicModule {
    const connectionName = nameOfConnection('api', config.INSTALLATION);
    return {
      module: ApiProgram,
      imports: [
        StoreModule.mongo({ url: config.MONGO_URL, database: config.SCHEMA_NAME }),
        BusModule.rabbitControl({ ...rabbit, program: 'api', connectionName }),
        ApiModule.register(apiOptionsOf(config, config.BASIC_AUTH_PASSWORD)),
      ],
    };
  }
}

/** Waits for neither broker nor database: until they are there, it answers that they are not. */
async function start(): Promise<Running> {
  const sources = processSources();
  const config = loadConfig('api', sources);
  const program = ApiProgram.register(config, rabbitAccessOf(config, sources));
  const app = await NestFactory.create<NestFastifyApplication>(program, apiAdapter(config.TRUSTED_PROXIES), {
    logger: QuietLogger.from(config.LOG_LEVEL),
    abortOnError: false,
    bodyParser: false,
  });
  configureApi(app);
  await app.listen(config.API_PORT, config.API_HOST);
  const url = await app.getUrl();
  new Logger('Api').log(`Listens at ${url}`);
  const heartbeat = new Heartbeat(config.HEALTH_FILE, { url });
  return {
    close: async () => {
      app.get(Stopping, { strict: false }).begin();
      await pause(SAYS_SO_FIRST_MS);
      heartbeat.end();
      await app.close();
    },
  };
}

runProgram(start);
