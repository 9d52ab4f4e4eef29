import { fullDocument, type AppGeneration, type AppSpec, type Generation } from '@nebula/domain';
import { readOnlyOf } from '../changes/read-only';
import { keepText } from '../http/kept-texts';
import type { Outcome } from '../rollout/outcome';
import { liveSpec } from './app-changes';
import type { AppDocument, AppGenerationView, Tombstone } from './app.dto';

/** The embedded store gives the same generation again and again. */
const documents = new WeakMap<AppGeneration, AppDocument>();

/** @param outcome only in answers to changes */
export function appDocument(app: AppGeneration, outcome?: Outcome): AppDocument {
  if (outcome) return { ...documentOf(app), ...outcome };
  const known = documents.get(app);
  if (known) return known;
  const made = keepText(documentOf(app));
  documents.set(app, made);
  return made;
}

const documentOf = (app: AppGeneration): AppDocument =>
  ({ ...fullDocument(liveSpec(app)), ...readOnlyOf(app) }) as AppDocument;

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
