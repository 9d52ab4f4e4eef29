import type { App, AppGeneration, Life } from '@nebula/domain';
import type { OwnedContainer } from './owned-container';
import type { ActionTable, ImageMemory } from './plan';
import type { Settings } from './settings';

type Fetch = ActionTable['fetch-image'];

/**
 * Either the image to use, or how to come by it. `meanwhile` is the one to go on with until then: what is asked of the
 * registry, and not served, holds up nothing but itself.
 */
export type ImageDecision =
  { known: ImageMemory } | { fetch: Omit<Fetch, 'reference'>; cause: string; meanwhile?: ImageMemory };

/** What this host has done so far about the app's image. */
export interface ImageHistory {
  remembered: ImageMemory | undefined;
  /** A fetch has failed since the last one that succeeded. */
  hasFailed: boolean;
  /** One is under way that was begun for an earlier generation. */
  isUnderWay: boolean;
}

/**
 * Whether the app asks for a pull that this host has not served. A pull is asked for by a new reference, by `pull`, and
 * with policy `always` by settings that replace containers; with `never` nothing is pulled. With another policy than
 * `always`, a restart and a start take what the reference names on this host by now. Nothing else asks: repair, scaling,
 * restarts of host or worker use the image that the app already runs.
 */
export function decideImage(
  generation: AppGeneration,
  app: App,
  settings: Settings,
  history: ImageHistory,
  containers: readonly OwnedContainer[],
): ImageDecision {
  const memory = history.remembered ?? recall(generation, app, settings, containers);
  const serves = { settings: settings.hash, pulledAt: generation.pulledAt, life: lifeText(generation) };
  if (memory?.reference !== app.image) {
    return { fetch: { mode: modeOf(app), serves }, cause: memory ? 'new image' : 'first image' };
  }
  const meanwhile = settings.same(memory.settings) ? memory : undefined;
  const owed = whyPull(generation, app, meanwhile !== undefined, memory);
  // It comes first, so that containers are replaced once; not any more when they are being replaced already.
  const isBegun = containers.some(({ owner }) => settings.made(owner));
  const comesFirst = owed !== undefined && !meanwhile && !isBegun && !wasTried(app, history);
  const look = comesFirst ? undefined : whyLook(generation, app, memory);
  if (look !== undefined) {
    const { pulledAt } = owed === undefined ? generation : memory;
    return { fetch: { mode: 'local', otherwise: memory.id, serves: { ...serves, pulledAt } }, cause: look, meanwhile };
  }
  if (owed === undefined) {
    // Settings that are the same by an older form stay in it, as the containers do: what only a newer form sees pulls nothing.
    const isOld = meanwhile && containers.some(({ owner }) => owner.settings === memory.settings);
    return { known: { ...memory, ...serves, ...(isOld && { settings: memory.settings }) } };
  }
  return { fetch: { mode: 'pull', serves }, cause: owed, meanwhile: comesFirst ? undefined : memory };
}

/** With `always`, new settings ask for a pull of their own: one that is under way may still be it. */
const wasTried = ({ pullPolicy }: App, { hasFailed, isUnderWay }: ImageHistory): boolean =>
  hasFailed || (isUnderWay && pullPolicy !== 'always');

function whyPull(generation: AppGeneration, app: App, isSame: boolean, memory: ImageMemory): string | undefined {
  if (app.pullPolicy === 'never') return undefined;
  if (generation.pulledAt > memory.pulledAt) return 'pull was asked for';
  return app.pullPolicy === 'always' && !isSame ? 'settings changed, pull policy always' : undefined;
}

/** Somebody may have given the reference to another image on this host. */
function whyLook(generation: AppGeneration, app: App, memory: ImageMemory): string | undefined {
  if (app.pullPolicy === 'always') return undefined;
  const life = lifeText(generation);
  if (memory.settings === '' || (memory.life ?? life) !== life) return 'its containers are made anew';
  return app.pullPolicy === 'never' && generation.pulledAt > memory.pulledAt ? 'pull was asked for' : undefined;
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
  const { owner, imageId } = source;
  const served = owner.generation >= generation.pulledAt;
  return {
    reference: app.image,
    id: imageId,
    settings: owner.settings,
    pulledAt: served ? generation.pulledAt : 0,
    life: lifeText(owner.life),
  };
}

const lifeText = ({ bornAt, restartedAt }: Life): string => `${bornAt}.${restartedAt}`;

function modeOf(app: App): Fetch['mode'] {
  const modes = { always: 'pull', ifMissing: 'if-missing', never: 'local' } as const;
  return modes[app.pullPolicy];
}
