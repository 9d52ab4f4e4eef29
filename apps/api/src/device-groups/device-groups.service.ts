import { Injectable } from '@nestjs/common';
import { DomainError, type GroupGeneration } from '@nebula/domain';
import { AppStore, GroupStore, HostStore } from '@nebula/store';
import type { Tombstone } from '../apps/app.dto';
import { tombstoneView } from '../apps/app-views';
import { Ledger, requireLive } from '../changes/ledger';
import { readOnlyOf } from '../changes/read-only';
import { stamp, type Stamp } from '../changes/stamp';
import type { ChangeRequest } from '../http/change.decorator';
import { requireMatch } from '../http/etag';
import { pageOf, type PageQuery } from '../http/paging';
import { Outbox } from '../publishing/outbox';
import type { Outcome } from '../rollout/outcome';
import { Rollouts } from '../rollout/rollouts';
import { StoreClaim } from '../store/store-claim';
import * as changes from './group-changes';
import type { GroupDocument, GroupPage } from './group.dto';
import { PortClashes } from './port-clashes';

type JsonObject = Record<string, unknown>;
type Next = (current: GroupGeneration, by: Stamp) => GroupGeneration;

interface GroupChange {
  stored: GroupGeneration;
  before: GroupGeneration | undefined;
}

const NAMED_HOSTS = 5;

/** Device groups as their owners see and change them. */
@Injectable()
export class DeviceGroupsService {
  private readonly ledger: Ledger<GroupGeneration>;

  constructor(
    private readonly groups: GroupStore,
    private readonly apps: AppStore,
    private readonly hosts: HostStore,
    private readonly clashes: PortClashes,
    private readonly outbox: Outbox,
    private readonly rollouts: Rollouts,
    claim: StoreClaim,
  ) {
    this.ledger = new Ledger(groups, () => claim.requireHeld());
  }

  list(query: PageQuery): Promise<GroupPage> {
    const read = (after: string | undefined, limit: number) =>
      this.groups.list({ limit, ...(after !== undefined && { after }) });
    return pageOf(
      'device-groups',
      query,
      read,
      (group) => group.name,
      (group) => groupDocument(group),
    );
  }

  async get(name: string): Promise<GroupDocument> {
    return groupDocument(requireLive(await this.groups.newest(name), name, 'device group'));
  }

  async create(body: JsonObject, request: ChangeRequest): Promise<GroupDocument> {
    const spec = changes.parseNewGroup(body);
    const change = await this.ledger.change(spec.name, async (newest) => {
      const next = changes.createdGroup(newest, spec, stamp(request.actor));
      await this.refuseApps(next, []);
      return next;
    });
    return groupDocument(change.stored, await this.outcome(change, request));
  }

  replace(name: string, body: JsonObject, request: ChangeRequest): Promise<GroupDocument> {
    return this.change(name, request, (current, by) => changes.replacedGroup(current, body, by));
  }

  patch(name: string, patch: JsonObject, request: ChangeRequest): Promise<GroupDocument> {
    return this.change(name, request, (current, by) => changes.patchedGroup(current, patch, by));
  }

  async remove(name: string, request: ChangeRequest): Promise<Tombstone> {
    const change = await this.store(name, request, async (current, by) => {
      await this.refuseWhileUsed(name);
      return changes.deletedGroup(current, by);
    });
    return tombstoneView(change.stored, await this.outcome(change, request));
  }

  private async change(name: string, request: ChangeRequest, next: Next): Promise<GroupDocument> {
    const change = await this.store(name, request, async (current, by) => {
      const changed = next(current, by);
      await this.refuseApps(changed, current.apps);
      return changed;
    });
    return groupDocument(change.stored, await this.outcome(change, request));
  }

  private store(
    name: string,
    request: ChangeRequest,
    next: (current: GroupGeneration, by: Stamp) => Promise<GroupGeneration>,
  ): Promise<GroupChange> {
    return this.ledger.change(name, (newest) => {
      const current = requireLive(newest, name, 'device group');
      requireMatch(request.ifMatch, current.generation);
      return next(current, stamp(request.actor));
    });
  }

  private async outcome({ stored, before }: GroupChange, request: ChangeRequest): Promise<Outcome> {
    const push = await this.outbox.groupChanged(stored, before);
    const rollout = await this.rollouts.awaitGroup(stored, request);
    return { push, ...(rollout && { rollout }) };
  }

  /** @param listed names that were listed before: those may have been deleted since */
  private async refuseApps(next: GroupGeneration, listed: readonly string[]): Promise<void> {
    const live = (await this.apps.newestOf(next.apps)).filter((app) => !app.deleted);
    const known = new Set([...listed, ...live.map((app) => app.name)]);
    const problems = next.apps.flatMap((app, index) =>
      known.has(app) ? [] : [{ pointer: `/apps/${index}`, detail: `there is no app ${app}` }],
    );
    if (problems.length > 0) {
      const detail = `${problems.map((problem) => problem.detail).join('; ')}.`;
      throw new DomainError('unprocessable', 'no-such-app', capital(detail), problems);
    }
    this.clashes.refuseWithin(next.name, live);
  }

  private async refuseWhileUsed(name: string): Promise<void> {
    const hosts = await this.hosts.hostsOfGroup(name, NAMED_HOSTS);
    if (hosts.length === 0) return;
    const detail = `Hosts are in ${name}: ${hosts.join(', ')}${hosts.length === NAMED_HOSTS ? ', …' : ''}.`;
    throw new DomainError('conflict', 'device-group-in-use', detail);
  }
}

const groupDocument = (group: GroupGeneration, outcome?: Outcome): GroupDocument =>
  ({
    name: group.name,
    apps: group.apps,
    ...readOnlyOf(group),
    ...outcome,
  }) as GroupDocument;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
