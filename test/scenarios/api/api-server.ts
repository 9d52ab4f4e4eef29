import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ControlBus, HostBus } from '@nebula/bus';
import { BusModule } from '@nebula/bus/bus.module';
import { InProcessBus } from '@nebula/bus/in-process';
import { createNebulaClient, type NebulaClient } from '@nebula/client';
import { AppStore, GroupStore, HostStore, StoreIdentity, StoreModule } from '@nebula/store';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiAdapter, ApiModule, configureApi, Stopping, type ApiOptions } from '@nebula/api';

export const OPTIONS: ApiOptions = {
  installation: 'api-test',
  basicAuthUser: 'nebula',
  // A colon and letters beyond ASCII: RFC 7617 allows both.
  basicAuthPassword: 'pass:wörd',
  authToken: 'token-of-the-conf',
  reportIntervalSeconds: 1,
  digestIntervalSeconds: 3600,
};

/** An api that listens, on an embedded store in a folder of its own and a bus in memory. */
export class ApiServer {
  readonly apps: AppStore;
  readonly groups: GroupStore;
  readonly hosts: HostStore;
  readonly identity: StoreIdentity;
  readonly control: ControlBus;
  readonly hostBus: HostBus;
  readonly client: NebulaClient;
  readonly stopping: Stopping;
  readonly url: string;

  private constructor(
    private readonly app: NestFastifyApplication,
    readonly bus: InProcessBus,
    readonly folder: string,
  ) {
    this.apps = app.get(AppStore);
    this.groups = app.get(GroupStore);
    this.hosts = app.get(HostStore);
    this.identity = app.get(StoreIdentity);
    this.control = app.get(ControlBus);
    this.hostBus = app.get(HostBus);
    this.stopping = app.get(Stopping);
    const { port } = app.getHttpServer().address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.client = createNebulaClient({
      baseUrl: this.url,
      user: OPTIONS.basicAuthUser,
      password: OPTIONS.basicAuthPassword,
    });
  }

  static async start(given: { folder?: string; bus?: InProcessBus; options?: Partial<ApiOptions> } = {}) {
    const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'nebula-api-')));
    const bus = given.bus ?? new InProcessBus({ history: 1000 });
    @Module({
      imports: [
        StoreModule.sqlite(folder),
        BusModule.inProcess(bus),
        ApiModule.register({ ...OPTIONS, ...given.options }),
      ],
    })
    class Program {}
    const testing = await Test.createTestingModule({ imports: [Program] }).compile();
    const app = testing.createNestApplication<NestFastifyApplication>(apiAdapter(), { logger: false });
    configureApi(app);
    await app.listen(0, '127.0.0.1');
    return new ApiServer(app, bus, folder);
  }

  /** Ends the api; the folder stays, for another to start on. */
  async stop(): Promise<void> {
    await this.app.close();
  }

  async end(): Promise<void> {
    await this.stop();
    this.bus.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A request as no client of ours would make it. */
  raw(path: string, init: RequestInit & { anonymous?: boolean } = {}): Promise<Response> {
    const { anonymous = false, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (!anonymous && !headers.has('authorization')) headers.set('authorization', `Bearer ${OPTIONS.authToken}`);
    return fetch(`${this.url}${path}`, { ...rest, headers });
  }

  async createApp(name: string, more: object = {}): Promise<void> {
    const { response } = await this.client.POST('/api/v3/apps', { body: { name, image: 'busybox:1', ...more } });
    if (response.status !== 201) throw new Error(`app ${name} was not created: ${response.status}`);
  }
}

/** Resolves when it holds; fails after a while. */
export async function eventually(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
