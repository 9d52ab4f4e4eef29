import { Injectable } from '@nestjs/common';
import type { AppGeneration } from '@nebula/domain';
import { AppStore } from '@nebula/store';
import { Ledger, requireLive } from '../changes/ledger';
import { stamp, type Stamp } from '../changes/stamp';
import { PortClashes } from '../device-groups/port-clashes';
import type { ChangeRequest } from '../http/change.decorator';
import { requireMatch } from '../http/etag';
import { pageOf, type PageQuery } from '../http/paging';
import { Outbox } from '../publishing/outbox';
import type { Outcome } from '../rollout/outcome';
import { Rollouts } from '../rollout/rollouts';
import { StoreClaim } from '../store/store-claim';
import * as changes from './app-changes';
import { appDocument, tombstoneView } from './app-views';
import type { AppDocument, AppPage, Tombstone } from './app.dto';

type JsonObject = Record<string, unknown>;
type Next = (current: AppGeneration, by: Stamp) => AppGeneration;

/** Apps as their owners see and change them. */
@Injectable()
export class AppsService {
  private readonly ledger: Ledger<AppGeneration>;

  constructor(
    private readonly apps: AppStore,
    private readonly clashes: PortClashes,
    private readonly outbox: Outbox,
    private readonly rollouts: Rollouts,
    claim: StoreClaim,
  ) {
    this.ledger = new Ledger(apps, () => claim.requireHeld());
  }

  list(query: PageQuery): Promise<AppPage> {
    const read = (after: string | undefined, limit: number) =>
      this.apps.list({ limit, ...(after !== undefined && { after }) });
    return pageOf(
      'apps',
      query,
      read,
      (app) => app.name,
      (app) => appDocument(app),
    );
  }

  async get(name: string): Promise<AppDocument> {
    return appDocument(requireLive(await this.apps.newest(name), name, 'app'));
  }

  async create(body: JsonObject, request: ChangeRequest): Promise<AppDocument> {
    const spec = changes.parseNewApp(body);
    const { stored } = await this.ledger.change(spec.name, async (newest) => {
      const next = changes.createdApp(newest, spec, stamp(request.actor));
      await this.clashes.refuseChange(next, undefined);
      return next;
    });
    return appDocument(stored, await this.outcome(stored, request));
  }

  replace(name: string, body: JsonObject, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, (current, by) => changes.replacedApp(current, body, by));
  }

  patch(name: string, patch: JsonObject, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, (current, by) => changes.patchedApp(current, patch, by));
  }

  start(name: string, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, changes.startedApp);
  }

  stop(name: string, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, changes.stoppedApp);
  }

  restart(name: string, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, changes.restartedApp);
  }

  pull(name: string, request: ChangeRequest): Promise<AppDocument> {
    return this.change(name, request, changes.pulledApp);
  }

  async remove(name: string, request: ChangeRequest): Promise<Tombstone> {
    const stored = await this.store(name, request, changes.deletedApp);
    return tombstoneView(stored, await this.outcome(stored, request));
  }

  private async change(name: string, request: ChangeRequest, next: Next): Promise<AppDocument> {
    const stored = await this.store(name, request, async (current, by) => {
      const changed = next(current, by);
      await this.clashes.refuseChange(changed, current);
      return changed;
    });
    return appDocument(stored, await this.outcome(stored, request));
  }

  private async store(
    name: string,
    request: ChangeRequest,
    next: (current: AppGeneration, by: Stamp) => AppGeneration | Promise<AppGeneration>,
  ): Promise<AppGeneration> {
    const { stored } = await this.ledger.change(name, (newest) => {
      const current = requireLive(newest, name, 'app');
      requireMatch(request.ifMatch, current.generation);
      return next(current, stamp(request.actor));
    });
    return stored;
  }

  private async outcome(stored: AppGeneration, request: ChangeRequest): Promise<Outcome> {
    const push = await this.outbox.appChanged(stored);
    const rollout = await this.rollouts.awaitApp(stored, request);
    return { push, ...(rollout && { rollout }) };
  }
}
