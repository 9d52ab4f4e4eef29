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
  const { store, apps, group, groupApps } = value.desired;
  if (store !== undefined && typeof store !== 'string') return undefined;
  if (groupApps !== undefined && !isListOfTexts(groupApps)) return undefined;
  // Generations are checked where they come in from the bus; a file is no less hostile.
  const snapshot = checkSnapshot(group === undefined ? { groups: [], apps } : { groups: [], apps, group });
  if (snapshot instanceof Refusal) return undefined;
  if (!isRecord(value.memory.images) || !isRecord(value.memory.claims)) return undefined;
  return value as object as HostData;
}

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
