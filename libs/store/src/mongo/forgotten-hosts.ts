import { FORGOTTEN_FOR_MS, type KnownReport } from '../report-order';
import type { Deadline } from './deadline';
import type { HostDocument, MetaDocument } from './documents';
import type { DocumentsOf } from './documents-of';
import { lastOf } from './host-change';
import { META_QUERIES } from './queries';
import { joined } from './tokens';

const KIND = 'forgotten';
const idOf = (host: string): string => joined(KIND, host);

/** How far the reports of hosts had come that a person removed. */
export class ForgottenHosts {
  constructor(private readonly meta: DocumentsOf<MetaDocument>) {}

  async remember(host: HostDocument, at: number, until: Deadline): Promise<void> {
    await this.meta.remove(META_QUERIES.before(KIND, at - FORGOTTEN_FOR_MS), until);
    const fields = { kind: KIND, number: at, value: JSON.stringify({ host: host._id, ...lastOf(host) }) };
    await this.meta.put({ _id: idOf(host._id) }, fields, until);
  }

  /** @returns those of them that are remembered */
  async among(hosts: readonly string[], until: Deadline): Promise<Map<string, KnownReport>> {
    if (hosts.length === 0) return new Map();
    const found = await this.meta.find(META_QUERIES.many(hosts.map(idOf)), until);
    return new Map(found.flatMap(({ value }) => read(value)));
  }
}

/** One that cannot be read is none: it harms no other host. */
function read(value: string): [string, KnownReport][] {
  try {
    const { host, ...last } = JSON.parse(value) as KnownReport & { host: string };
    return [[host, last]];
  } catch {
    return [];
  }
}
