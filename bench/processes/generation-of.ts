import type { AppGeneration } from '@nebula/domain';

/** As long as those that the api is made to store. */
export function generationOf(name: string, generation: number): AppGeneration {
  const env = { CHANGE: String(generation).padStart(9, '0') };
  const spec = { name, image: 'registry.example/web:1', env, labels: { team: 'bench' } };
  const now = new Date().toISOString();
  const counters = { bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { name, generation, deleted: false, spec, createdAt: now, updatedAt: now, actor: 'nebula', ...counters };
}
