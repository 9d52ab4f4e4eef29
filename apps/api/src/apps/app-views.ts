import { fullDocument, type AppGeneration, type AppSpec, type Generation, type RolloutCounts } from '@nebula/domain';
import { readOnlyOf } from '../changes/read-only';
import { liveSpec } from './app-changes';
import type { AppDocument, AppGenerationView, Tombstone } from './app.dto';

/** @param rollout only in answers to changes that waited */
export const appDocument = (app: AppGeneration, rollout?: RolloutCounts): AppDocument =>
  ({
    ...fullDocument(liveSpec(app)),
    ...readOnlyOf(app),
    ...(rollout && { rollout }),
  }) as AppDocument;

export const tombstoneView = (deleted: Generation, rollout?: RolloutCounts): Tombstone => ({
  name: deleted.name,
  generation: deleted.generation,
  deleted: true,
  createdAt: deleted.createdAt,
  updatedAt: deleted.updatedAt,
  ...(rollout && { rollout }),
});

export const generationView = (app: AppGeneration): AppGenerationView => ({
  generation: app.generation,
  deleted: app.deleted,
  actor: app.actor,
  at: app.updatedAt,
  restartedAt: app.restartedAt,
  pulledAt: app.pulledAt,
  app: app.spec === undefined ? null : (fullDocument(app.spec) as AppSpec),
});
