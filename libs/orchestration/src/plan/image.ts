import type { App, AppGeneration } from '@nebula/domain';
import type { OwnedContainer } from './owned-container';
import type { ActionTable, ImageMemory } from './plan';
import type { Settings } from './settings';

/**
 * Either the image to use, or how to come by it. `meanwhile` is the one to repair and scale with until then: containers of
 * these very settings run it already.
 */
export type ImageDecision =
  { known: ImageMemory } | { fetch: ActionTable['fetch-image']['mode']; cause: string; meanwhile?: ImageMemory };

/**
 * Whether the app asks for a pull that this host has not served. A pull is asked for by a new reference, by `pull`, and
 * with policy `always` by settings that replace containers. Nothing else does: repair, scaling, restarts of host or
 * worker use the image that the app already runs.
 */
export function decideImage(
  generation: AppGeneration,
  app: App,
  settings: Settings,
  remembered: ImageMemory | undefined,
  containers: readonly OwnedContainer[],
): ImageDecision {
  const memory = remembered ?? recall(generation, app, settings, containers);
  if (memory?.reference !== app.image) return { fetch: modeOf(app), cause: memory ? 'new image' : 'first image' };
  const same = settings.same(memory.settings);
  if (generation.pulledAt > memory.pulledAt) {
    return { fetch: 'pull', cause: 'pull was asked for', meanwhile: same ? memory : undefined };
  }
  if (app.pullPolicy === 'always' && !same) {
    return { fetch: 'pull', cause: 'settings changed, pull policy always' };
  }
  return { known: { ...memory, settings: settings.hash } };
}

/** What the containers tell, when the worker's file is lost: costs at most one more pull, never a restart. */
function recall(
  generation: AppGeneration,
  app: App,
  settings: Settings,
  containers: readonly OwnedContainer[],
): ImageMemory | undefined {
  const made = containers.find((container) => settings.made(container.owner));
  const source = made ?? containers.find((container) => container.image === app.image);
  if (!source) return undefined;
  const served = source.owner.generation >= generation.pulledAt;
  return {
    reference: app.image,
    id: source.imageId,
    settings: source.owner.settings,
    pulledAt: served ? generation.pulledAt : 0,
  };
}

function modeOf(app: App): ActionTable['fetch-image']['mode'] {
  const modes = { always: 'pull', ifMissing: 'if-missing', never: 'local' } as const;
  return modes[app.pullPolicy];
}
