import type { App } from '@nebula/domain';
import type { History, Making } from './history';
import { limitsApart } from './limits';
import type { OwnedContainer } from './owned-container';
import type { Settings } from './settings';

/** Docker restarts what ended a minute later at the latest: one of which nothing ran for so long, ms, it has lost. */
export const LOST_AFTER_MS = 90_000;

/** Whether no start and no patience will bring it up: what its Engine was killed in the middle of is in its way. */
export function isBeyondHelp({ id, state }: OwnedContainer, history: History, now: number): boolean {
  if (state === 'running') return false;
  const since = history.restartingSince(id);
  return history.making(id)?.stuck === true || (since !== undefined && now - since >= LOST_AFTER_MS);
}

/** @returns why this container must be replaced by a new one, in plain words; undefined: it need not */
export function whyReplace(
  container: OwnedContainer,
  app: App,
  settings: Settings,
  imageId: string,
  making: Making | undefined,
): string | undefined {
  if (!settings.made(container.owner)) return 'settings changed';
  if (container.imageId !== imageId) return 'image changed';
  if (container.state === 'dead') return 'it is dead';
  const [limit] = limitsApart(container.limits, app, making?.limits).changedByHand;
  return limit && `${limit} was changed by hand`;
}

/** What a person should know of a container that stays, though it is not all that its app says. The same for its like. */
export function warningsOf(container: OwnedContainer, app: App, making: Making | undefined): string[] {
  const { notKept, added } = limitsApart(container.limits, app, making?.limits);
  return [
    ...notKept.map((name) => `the Engine does not keep ${name}`),
    ...added.map((name) => `the Engine sets ${name} by itself`),
    ...(making?.warnings ?? []).map((warning) => `the Engine says: ${warning}`),
  ];
}
