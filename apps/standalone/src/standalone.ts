import { apiAdapter, configureApi } from '@nebula/api';
import { HostBus } from '@nebula/bus';
import { ContainerRuntime } from '@nebula/orchestration';
import { HostStore } from '@nebula/store';
import { type LogLevel, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StandaloneSettings } from './settings';
import { QuietLogger } from './quiet-logger';
import { StandaloneModule } from './standalone.module';

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

export interface Standalone {
  /** Where it listens. */
  url: string;
  close(): Promise<void>;
}

/** Starts everything; resolves when it takes requests. Rejects with what hinders it, and leaves nothing behind then. */
export async function startStandalone(settings: StandaloneSettings, runtime: ContainerRuntime): Promise<Standalone> {
  const logLevels = LEVELS.slice(0, LEVELS.indexOf(settings.logLevel as LogLevel) + 1);
  const module = StandaloneModule.register(settings, runtime);
  const app = await NestFactory.create<NestFastifyApplication>(module, apiAdapter(settings.trustedProxies), {
    logger: new QuietLogger({ logLevels }),
    abortOnError: false,
    bodyParser: false,
  });
  try {
    configureApi(app);
    await app.get(HostStore).expect(settings.host.id, settings.host.selection, new Date());
    // The monitor and the snapshots' answers come first: the worker speaks and asks as soon as its inbox listens.
    await app.init();
    app.connectMicroservice({ strategy: app.get(HostBus).inbox(settings.host.selection) });
    await app.startAllMicroservices();
    await app.listen(settings.address.port, settings.address.host);
    return { url: await app.getUrl(), close: () => app.close() };
  } catch (error) {
    await app.close().catch((closing: unknown) => new Logger('Standalone').error(closing));
    throw error;
  }
}
