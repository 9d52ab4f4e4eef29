import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { accept, checkSnapshotRequest, ControlBus, Refusal, type Unsubscribe } from '@nebula/bus';
import { DomainError, type AppGeneration, type Snapshot, type SnapshotRequest } from '@nebula/domain';
import { AppStore, GroupStore } from '@nebula/store';
import { ApiOptions } from '../api-options';
import { allPages } from './all-pages';
import { Publisher } from './publisher';

/** Answers hosts that ask for all that they need. */
@Injectable()
export class Snapshots implements OnModuleInit, BeforeApplicationShutdown {
  private end: Unsubscribe | undefined;

  constructor(
    private readonly bus: ControlBus,
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
    private readonly publisher: Publisher,
    private readonly options: ApiOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    this.end = await this.bus.answerSnapshots(async (envelope) => {
      const request = accept(envelope, this.options.installation, checkSnapshotRequest);
      if (request instanceof Refusal) throw new DomainError('malformed', 'bad-request-message', request.detail);
      return this.publisher.seal(await this.answer(request.body));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.end?.();
  }

  /** The group is read before its apps, so that no app which the group gains is older than the group. */
  async answer({ selection, known }: SnapshotRequest): Promise<Snapshot> {
    const group = selection.group === undefined ? undefined : await this.groups.newest(selection.group);
    const newest = new Map<string, AppGeneration>();
    if (selection.all) for await (const app of allPages(this.apps)) newest.set(app.name, app);
    const named = new Set([...selection.names, ...known, ...(group?.apps ?? [])]);
    for (const app of await this.apps.newestOf([...named])) newest.set(app.name, app);
    return {
      groups: group === undefined || group.deleted ? [] : [group.name],
      ...(group && { group }),
      apps: [...newest.values()],
    };
  }
}
