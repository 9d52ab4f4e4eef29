import { Injectable } from '@nestjs/common';
import { DomainError, groupPortClash, resolveApp, type App, type AppGeneration } from '@nebula/domain';
import { AppStore, GroupStore } from '@nebula/store';

/** Apps of one group run on the same hosts: two that want one port there can never both run. */
@Injectable()
export class PortClashes {
  constructor(
    private readonly apps: AppStore,
    private readonly groups: GroupStore,
  ) {}

  /** @throws DomainError unprocessable when two of these clash on every host */
  refuseWithin(group: string, apps: readonly AppGeneration[]): void {
    const clash = groupPortClash(apps.flatMap(resolved));
    if (clash === undefined) return;
    throw new DomainError('unprocessable', 'ports-clash', `Apps of ${group} clash: ${clash.detail}.`, [clash]);
  }

  /** @throws DomainError unprocessable when the change makes the app clash with another of a group that lists it */
  async refuseChange(next: AppGeneration, before: AppGeneration | undefined): Promise<void> {
    const [after] = resolved(next);
    const [former] = before === undefined ? [] : resolved(before);
    if (after === undefined || (former && portsOf(former) === portsOf(after))) return;
    for (const group of await this.groups.newestOf(await this.groups.listing(next.name))) {
      const others = await this.apps.newestOf(group.apps.filter((name) => name !== next.name));
      for (const other of others.flatMap(resolved)) this.refusePair(group.name, other, after, former);
    }
  }

  /** A clash that is there already is no reason to refuse a change that does not make it. */
  private refusePair(group: string, other: App, after: App, former: App | undefined): void {
    if (groupPortClash([other, after]) === undefined) return;
    if (former !== undefined && groupPortClash([other, former]) !== undefined) return;
    const detail = `would clash with app ${other.name} on every host of group ${group}`;
    throw new DomainError('unprocessable', 'ports-clash', `The ports of ${after.name} ${detail}.`, [
      { pointer: '/ports', detail },
    ]);
  }
}

const resolved = (app: AppGeneration): App[] => (app.spec === undefined ? [] : [resolveApp(app.spec)]);

/** Everything of an app that decides which ports it takes. */
const portsOf = ({ ports, containersPer, networks, running }: App): string =>
  JSON.stringify([ports, containersPer, networks, running]);
