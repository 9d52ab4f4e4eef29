import type { DigestMessage } from '@nebula/domain';
import type { Audience } from '../topics';

/** What a message of desired state is about, as far as its way depends on it. */
export type Subject = { app: string } | { group: string } | { digest: DigestMessage['scope'] };

/** Which hosts a message goes to: the bindings that a broker would keep. Only grows: a binding too many does no harm. */
export class RoutingTable {
  private readonly appsOf = new Map<string, Set<string>>();

  route(group: string, apps: readonly string[]): void {
    const known = this.appsOf.get(group) ?? new Set();
    for (const app of apps) known.add(app);
    this.appsOf.set(group, known);
  }

  reaches(subject: Subject, audience: Audience): boolean {
    if ('group' in subject) return audience.group === subject.group;
    if ('digest' in subject) return digestReaches(subject.digest, audience);
    const routed = audience.group !== undefined && this.appsOf.get(audience.group)?.has(subject.app) === true;
    return audience.all || audience.names.includes(subject.app) || routed;
  }
}

/**
 * An app's digest is for hosts that list it: those on a group or on all compare theirs with one digest of many. That of
 * all is for every host: one that has nothing to compare with it learns which store speaks.
 */
function digestReaches(scope: DigestMessage['scope'], audience: Audience): boolean {
  if ('app' in scope) return audience.names.includes(scope.app);
  if ('group' in scope) return audience.group === scope.group;
  return true;
}
