import { apiAdapter, configureApi } from '@nebula/api';
import { HostBus } from '@nebula/bus';
import { ContainerRuntime } from '@nebula/orchestration';
import { HostStore } from '@nebula/store';
import { QuietLogger, type Running } from '@nebula/program';
import { HostWorker } from '@nebula/worker';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StandaloneSettings } from './settings';
import { StandaloneModule } from './standalone.module';

export interface Standalone extends Running {
  /** Where it listens. */
  url: string;
  /** Whether it works on this Docker host, once that is known: false, another worker of this installation does. */
  works: Promise<boolean>;
}

/** Starts everything; resolves when it takes requests. Rejects with what hinders it, and leaves nothing behind then. */
export async function startStandalone(settings: StandaloneSettings, runtime: ContainerRuntime): Promise<Standalone> {
  const module = StandaloneModule.register(settings, runtime);
  const app = await NestFactory.create<NestFastifyApplication>(module, apiAdapter(settings.trustedProxies), {
    logger: QuietLogger.from(settings.logLevel),
    abortOnError: false,
    bodyParser: false,
  });
  const { hostId, selection } = settings.worker;
  try {
    configureApi(app);
    await app.get(HostStore).expect(hostId, selection, new Date());
    // The monitor and the snapshots' answers come first: the worker speaks and asks as soon as its inbox listens.
    await app.init();
    app.connectMicroservice({ strategy: app.get(HostBus).inbox(selection) });
    await app.startAllMicroservices();
    await app.listen(settings.address.port, settings.address.host);
    return { url: await app.getUrl(), works: app.get(HostWorker).works, close: () => app.close() };
  } catch (error) {
    await app.close().catch((closing: unknown) => new Logger('Standalone').error(closing));
    throw error;
  }
}
