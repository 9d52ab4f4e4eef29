import { createHash } from 'node:crypto';

/** The labels of every container that is ours; the two last are the original's. */
export const LABELS = {
  installation: 'nebula.installation',
  store: 'nebula.store',
  app: 'nebula.app',
  generation: 'nebula.generation',
  ordinal: 'nebula.ordinal',
  settings: 'nebula.settings',
  life: 'nebula.life',
  made: 'nebula.made',
  appName: 'app_name',
  orchestrator: 'orchestrator',
} as const;

/** What a container's labels say of it, where they say all of it. */
export interface Ownership {
  installation: string;
  store: string;
  app: string;
  generation: number;
  ordinal: number;
  settings: string;
  /** What `settings` was hashed with besides the settings themselves: where the app stood when the container was made. */
  life: Life;
}

/** Counters that ask for new containers without any setting of the app having changed. */
export interface Life {
  bornAt: number;
  restartedAt: number;
}

/** What can be told of in messages: a label that anybody may have written must not make a whole report unreadable. */
const NAME = /^(?!__proto__$)\P{Cc}{1,255}$/u;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;

/** `<bornAt>.<restartedAt>` @returns an app's that was never restarted, where there is no such label */
function lifeOf(text: string | undefined): Life {
  const [, bornAt, restartedAt] = /^([1-9]\d{0,14})\.(\d{1,15})$/.exec(text ?? '') ?? [];
  return { bornAt: Number(bornAt ?? 1), restartedAt: Number(restartedAt ?? 0) };
}

/** @returns undefined for a container that is not Nebula's, or whose labels are not what we write. */
export function ownershipOf(labels: Record<string, string>): Ownership | undefined {
  const { [LABELS.installation]: installation, [LABELS.store]: store, [LABELS.app]: app } = labels;
  const settings = labels[LABELS.settings];
  const generation = wholeNumber(labels[LABELS.generation]);
  const ordinal = wholeNumber(labels[LABELS.ordinal]);
  if (!installation || !store || !app || !settings || !generation || !ordinal) return undefined;
  if (!NAME.test(app) || !NAME.test(store)) return undefined;
  return { installation, store, app, generation, ordinal, settings, life: lifeOf(labels[LABELS.life]) };
}

/** What `originOf` reads. Not to grow: hosts remember origins, and would not know their containers by others. */
const ORIGIN = [
  LABELS.installation,
  LABELS.store,
  LABELS.app,
  LABELS.generation,
  LABELS.ordinal,
  LABELS.settings,
  LABELS.life,
  LABELS.made,
];

/** One word for all that our labels say: a copy of a container has the same, and nothing else has. */
export const originOf = (labels: Record<string, string>): string =>
  createHash('sha256')
    .update(JSON.stringify(ORIGIN.map((name) => labels[name] ?? null)))
    .digest('hex')
    .slice(0, 32);

/**
 * The mark of a container that is made now. What the Engine says of when it was made is about the same, and nobody can
 * choose that: not for a copy either, which has the label.
 * @param time by the Engine's clock, ms since 1970
 */
export const markLabel = (time: number): Record<string, string> => ({ [LABELS.made]: new Date(time).toISOString() });

/** @returns when it was made by its mark, ms since 1970; undefined: it has none; NaN: none that we wrote */
export function markOf(labels: Record<string, string>): number | undefined {
  const mark = labels[LABELS.made];
  return mark === undefined ? undefined : Date.parse(mark);
}

export function ownershipLabels(o: Ownership): Record<string, string> {
  return {
    [LABELS.installation]: o.installation,
    [LABELS.store]: o.store,
    [LABELS.app]: o.app,
    [LABELS.generation]: String(o.generation),
    [LABELS.ordinal]: String(o.ordinal),
    [LABELS.settings]: o.settings,
    [LABELS.life]: `${o.life.bornAt}.${o.life.restartedAt}`,
    [LABELS.appName]: o.app,
    [LABELS.orchestrator]: 'nebula',
  };
}
