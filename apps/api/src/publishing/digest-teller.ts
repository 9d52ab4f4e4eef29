import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { digestOfAll, digestOfApp, digestOfGroup, type AppGeneration } from '@nebula/domain';
import { AppStore, GroupStore, HostStore } from '@nebula/store';
import { ApiOptions } from '../api-options';
import { allPages } from './all-pages';
import { DeletedApps } from './deleted-apps';
import { Loop } from './loop';
import { Publisher } from './publisher';

/** Tells hosts now and then what the newest is, so that one that missed something finds out by itself. */
@Injectable()
export class DigestTeller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('DigestTeller');
  private readonly loop: Loop;

  constructor(
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
    private readonly hosts: HostStore,
    private readonly publisher: Publisher,
    private readonly deleted: DeletedApps,
    options: ApiOptions,
  ) {
    this.loop = new Loop(
      options.digestIntervalSeconds * 1000,
      () => this.tell(),
      (error) => this.log.warn(`Digests not told: ${error instanceof Error ? error.message : 'unknown error'}`),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async tell(): Promise<void> {
    // Only names and generations are kept meanwhile: there may be very many apps.
    const live: Pick<AppGeneration, 'name' | 'generation' | 'deleted'>[] = [];
    for await (const { name, generation, deleted } of allPages(this.apps)) {
      live.push({ name, generation, deleted });
      await this.publisher.publish('digest', { scope: { app: name }, digest: digestOfApp({ name, generation }) });
    }
    await this.publisher.publish('digest', { scope: { all: true }, digest: digestOfAll(live) });
    for await (const group of allPages(this.groups)) {
      const digest = digestOfGroup(group, await this.apps.newestOf(group.apps));
      await this.publisher.publish('digest', { scope: { group: group.name }, digest });
    }
    await this.tellDeleted();
  }

  private async tellDeleted(): Promise<void> {
    for (const app of await this.apps.newestOf(this.deleted.names())) {
      if (!app.deleted) this.deleted.forget(app.name);
      else if (await this.hosts.hasAnywhere(app.name)) {
        await this.publisher.publish('digest', { scope: { app: app.name }, digest: digestOfApp(app) });
      }
    }
  }
}
