import { fullDocument, type AppGeneration, type AppSpec, type Generation } from '@nebula/domain';
import { readOnlyOf } from '../changes/read-only';
import type { Outcome } from '../rollout/outcome';
import { liveSpec } from './app-changes';
import type { AppDocument, AppGenerationView, Tombstone } from './app.dto';

/** @param outcome only in answers to changes */
export const appDocument = (app: AppGeneration, outcome?: Outcome): AppDocument =>
  ({
    ...fullDocument(liveSpec(app)),
    ...readOnlyOf(app),
    ...outcome,
  }) as AppDocument;

export const tombstoneView = (deleted: Generation, outcome: Outcome): Tombstone => ({
  name: deleted.name,
  generation: deleted.generation,
  deleted: true,
  createdAt: deleted.createdAt,
  updatedAt: deleted.updatedAt,
  ...outcome,
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
