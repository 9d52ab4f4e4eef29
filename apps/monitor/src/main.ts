// First: from it on signals are heard, while the rest is loaded.
import { Heartbeat, nameOfConnection, QuietLogger, runProgram, type Running } from '@nebula/program';
import { BusModule } from '@nebula/bus/bus.module';
import { type ConfigOf, loadConfig, processSources, type RabbitAccess, rabbitAccessOf } from '@nebula/config';
import { StoreModule } from '@nebula/store';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MonitorModule } from './monitor.module';
import { monitorOptionsOf } from './monitor-settings';

@Module({})
class MonitorProgram {
  static register(config: ConfigOf<'monitor'>, rabbit: RabbitAccess): DynamicModule {
    const connectionName = nameOfConnection('monitor', config.INSTALLATION);
    return {
      module: MonitorProgram,
      imports: [
        StoreModule.mongo({ url: config.MONGO_URL, database: config.SCHEMA_NAME }),
        BusModule.rabbitControl({ ...rabbit, program: 'monitor', connectionName }),
        MonitorModule.register(monitorOptionsOf(config)),
      ],
    };
  }
}

/** Waits for neither broker nor database: it takes reports in as soon as both are there. */
async function start(): Promise<Running> {
  const sources = processSources();
  const config = loadConfig('monitor', sources);
  const program = MonitorProgram.register(config, rabbitAccessOf(config, sources));
  const app = await NestFactory.createApplicationContext(program, {
    logger: QuietLogger.from(config.LOG_LEVEL),
    abortOnError: false,
  });
  new Logger('Monitor').log('Takes reports in');
  const heartbeat = new Heartbeat(config.HEALTH_FILE);
  return {
    close: () => {
      heartbeat.end();
      return app.close();
    },
  };
}

runProgram(start);
