import type { DesiredStateData, MemoryData } from '@nebula/orchestration';
import { checkSnapshot, Refusal } from '@nebula/bus';

/** What a worker keeps on its host's disk. */
export interface HostData {
  version: 1;
  desired: DesiredStateData;
  memory: MemoryData;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns undefined for what is not a worker's file, whole and of this version */
export function checkHostData(value: unknown): HostData | undefined {
  if (!isRecord(value) || value.version !== 1 || !isRecord(value.desired) || !isRecord(value.memory)) return undefined;
  const { store, apps, group, liveGroup, inherited } = value.desired;
  if (store !== undefined && (typeof store !== 'string' || store === '')) return undefined;
  // Generations are checked where they come in from the bus; a file is no less hostile.
  const snapshots = [withGroup(apps, group), withGroup([], liveGroup)];
  if (snapshots.some((snapshot) => checkSnapshot(snapshot) instanceof Refusal)) return undefined;
  if (inherited !== undefined && !isCounts(inherited)) {
    return undefined;
  }
  const { images, claims, makings, volumes, own } = value.memory;
  if (!isRecord(images) || !Object.values(images).every(isImage)) return undefined;
  if (!isTexts(claims) || (own !== undefined && !isTexts(own))) return undefined;
  if (makings !== undefined && !(isRecord(makings) && Object.values(makings).every(isMaking))) return undefined;
  if (volumes !== undefined && !(Array.isArray(volumes) && volumes.every(isVolume))) return undefined;
  return value as object as HostData;
}

const withGroup = (apps: unknown, group: unknown): object =>
  group === undefined ? { groups: [], apps } : { groups: [], apps, group };

const isCounts = (value: unknown): boolean => isRecord(value) && Object.values(value).every(Number.isSafeInteger);

const isTexts = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');

const isImage = (value: unknown): boolean =>
  isRecord(value) &&
  [value.reference, value.id, value.settings].every((text) => typeof text === 'string') &&
  Number.isSafeInteger(value.pulledAt) &&
  (value.life === undefined || typeof value.life === 'string');

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

const isMaking = (value: unknown): boolean =>
  isRecord(value) &&
  (value.stuck === undefined || value.stuck === true) &&
  (value.limits === undefined || isLimits(value.limits)) &&
  (value.warnings === undefined || isListOfTexts(value.warnings));

const isLimits = (value: unknown): boolean =>
  isRecord(value) &&
  [value.nanoCpus, value.memory].every((amount) => typeof amount === 'number') &&
  typeof value.restartPolicy === 'string' &&
  isListOfTexts(value.others);

/** What is removed by its name is looked at twice: a name that nobody gave, and an owner as on labels. */
const isVolume = (value: unknown): boolean =>
  isRecord(value) &&
  /^[0-9a-f]{64}$/.test(String(value.name)) &&
  typeof value.target === 'string' &&
  isRecord(value.owner) &&
  isOwner(value.owner);

const isOwner = ({ installation, store, app, settings, generation, ordinal, life }: Record<string, unknown>): boolean =>
  [installation, store, app, settings].every((text) => typeof text === 'string' && text !== '') &&
  isRecord(life) &&
  [generation, ordinal, life.bornAt, life.restartedAt].every(Number.isSafeInteger);
