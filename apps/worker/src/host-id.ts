import { createHash } from 'node:crypto';
import type { EngineInfo } from '@nebula/orchestration';

/** The default name of a host: its Engine's, with a short hash of the Engine's id, safe in a URL. */
export function hostIdOf({ id, name }: Pick<EngineInfo, 'id' | 'name'>): string {
  const safe = name.replace(/[^a-zA-Z0-9_.-]/g, '-').slice(0, 100) || 'host';
  return `${safe}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}
