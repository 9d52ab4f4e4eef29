import type { DigestMessage } from '@nebula/domain';
import type { Audience } from '../topics';

/** What a message of desired state is about, as far as its way depends on it. */
export type Subject =
  { app: string; groups: readonly string[] } | { group: string } | { digest: DigestMessage['scope'] };

export function reaches(subject: Subject, audience: Audience): boolean {
  if ('group' in subject) return audience.group === subject.group;
  if ('digest' in subject) return digestReaches(subject.digest, audience);
  const byGroup = audience.group !== undefined && subject.groups.includes(audience.group);
  return audience.all || audience.names.includes(subject.app) || byGroup;
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
