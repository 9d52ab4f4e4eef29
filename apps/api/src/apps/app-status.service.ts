import { Injectable } from '@nestjs/common';
import { DomainError, type AppGeneration } from '@nebula/domain';
import { AppStore, HostStore } from '@nebula/store';
import { containerPage, type ContainersQuery } from '../hosts/container-page';
import { pageOf, type PageQuery } from '../http/paging';
import { ParameterError } from '../problem/parameter-error';
import { Rollouts } from '../rollout/rollouts';
import type { AppStatus, ContainerPage } from './app-status.dto';
import { generationView } from './app-views';
import type { AppGenerationPage } from './app.dto';

/** Of failures and warnings, whatever the number of hosts; texts are bounded too, since a host may invent as many as it likes. */
const EXAMPLES = { failures: 3, warnings: { most: 20, examples: 3 } };

/** What became of apps: their history, and how they do on hosts. */
@Injectable()
export class AppStatusService {
  constructor(
    private readonly apps: AppStore,
    private readonly hosts: HostStore,
    private readonly rollouts: Rollouts,
  ) {}

  async status(name: string): Promise<AppStatus> {
    const newest = await this.visible(name);
    const { generation, deleted } = newest;
    return { name, generation, deleted, ...(await this.rollouts.standing(newest, EXAMPLES)) };
  }

  async containers(name: string, query: ContainersQuery): Promise<ContainerPage> {
    await this.visible(name);
    return containerPage(this.hosts, { ...query, app: name });
  }

  /** The history outlives the app: who deleted it is in it. */
  async generations(name: string, query: PageQuery): Promise<AppGenerationPage> {
    if ((await this.apps.newest(name)) === undefined) throw noSuchApp(name);
    const read = (before: string | undefined, limit: number) =>
      this.apps.generations(name, { limit, ...(before !== undefined && { before: generationIn(before) }) });
    return pageOf(`generations of ${name}`, query, read, (app) => String(app.generation), generationView);
  }

  /** A deleted app can be seen for as long as a known host has something of it. */
  private async visible(name: string): Promise<AppGeneration> {
    const newest = await this.apps.newest(name);
    if (newest === undefined) throw noSuchApp(name);
    if (newest.deleted && !(await this.hosts.hasAnywhere(name))) throw noSuchApp(name);
    return newest;
  }
}

/** A cursor is a client's word, whatever we once wrote into it. */
function generationIn(place: string): number {
  const generation = /^\d{1,15}$/.test(place) ? Number(place) : undefined;
  if (generation !== undefined) return generation;
  throw new ParameterError('invalid-query', [{ parameter: 'cursor', detail: 'is not a cursor of this list' }]);
}

const noSuchApp = (name: string): DomainError =>
  new DomainError('not-found', 'no-such-app', `There is no app ${JSON.stringify(name.slice(0, 80))}.`);
