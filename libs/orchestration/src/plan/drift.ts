import type { App } from '@nebula/domain';
import type { ObservedLimits } from '../runtime';
import type { OwnedContainer } from './owned-container';
import type { Settings } from './settings';

/** @returns why this container must be replaced by a new one, in plain words; undefined: it need not */
export function whyReplace(
  container: OwnedContainer,
  app: App,
  settings: Settings,
  imageId: string,
  networkIds: ReadonlySet<string>,
): string | undefined {
  if (!settings.made(container.owner)) return 'settings changed';
  if (container.imageId !== imageId) return 'image changed';
  if (container.state === 'dead') return 'it is dead';
  const limit = changedLimit(container.limits, app);
  if (limit) return `${limit} was changed by hand`;
  const running = container.state === 'running' || container.state === 'paused';
  if (!running && container.networks.some(({ id }) => id !== '' && !networkIds.has(id))) return 'its network is gone';
  return undefined;
}

function changedLimit(limits: ObservedLimits, app: App): string | undefined {
  const { cpus, memoryMiB } = app.resources;
  if (limits.nanoCpus !== Math.round((cpus ?? 0) * 1e9)) return 'the CPU limit';
  if (limits.memory !== (memoryMiB ?? 0) * 1024 * 1024) return 'the memory limit';
  if (limits.restartPolicy !== 'unless-stopped') return 'the restart policy';
  return limits.others[0];
}
