// First: from it on signals are heard, while the rest is loaded.
import {
  Heartbeat,
  makeDataFolder,
  nameOfConnection,
  productVersion,
  QuietLogger,
  runProgram,
  type Running,
} from '@nebula/program';
import { HostBus } from '@nebula/bus';
import { BusModule } from '@nebula/bus/bus.module';
import { type ConfigOf, loadConfig, processSources, type RabbitAccess, rabbitAccessOf } from '@nebula/config';
import type { ContainerRuntime } from '@nebula/orchestration';
import { DockerRuntime } from '@nebula/orchestration/runtime/docker';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { leaveRoot } from './leave-root';
import type { WorkerOptions } from './worker-options';
import { WorkerModule } from './worker.module';
import { workerOptionsOf } from './worker-settings';

@Module({})
class WorkerProgram {
  static register(options: WorkerOptions, rabbit: RabbitAccess, runtime: ContainerRuntime): DynamicModule {
    const connectionName = nameOfConnection('worker', options.installation);
    return {
      module: WorkerProgram,
      imports: [BusModule.rabbitHost({ ...rabbit, connectionName }), WorkerModule.register(options, runtime)],
    };
  }
}

/** Waits for neither broker nor Engine: with its file it goes on with what this host should run. */
async function start(): Promise<Running> {
  const sources = processSources();
  const config = loadConfig('worker', sources);
  const rabbit = rabbitAccessOf(config, sources);
  const runtime = new DockerRuntime({ ...sources.env, DOCKER_HOST: config.DOCKER_HOST });
  const logger = QuietLogger.from(config.LOG_LEVEL);
  prepare(config, logger);
  const options = workerOptionsOf(config, productVersion());
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    WorkerProgram.register(options, rabbit, runtime),
    {
      useFactory: (bus: HostBus) => ({ strategy: bus.inbox(options.selection) }),
      inject: [HostBus],
      logger,
      abortOnError: false,
    },
  );
  await app.listen();
  new Logger('Worker').log('Listens for what this host should run');
  const heartbeat = new Heartbeat(config.HEALTH_FILE);
  return {
    close: () => {
      heartbeat.end();
      return app.close();
    },
  };
}

/** Before anything is opened: its folder, and the user that it goes on as. */
function prepare(config: ConfigOf<'worker'>, logger: QuietLogger): void {
  try {
    makeDataFolder(config.DATA_DIR);
  } catch (error) {
    // It works without; what it would keep is what it asks for when it starts again.
    logger.warn(`DATA_DIR can't be made, this host forgets at a restart: ${(error as Error).message}`, 'Worker');
  }
  const stayed = leaveRoot({ user: config.RUN_AS, dockerHost: config.DOCKER_HOST, folder: config.DATA_DIR });
  if (stayed !== undefined) logger.warn(`Goes on as root: ${stayed}`, 'Worker');
}

runProgram(start);
