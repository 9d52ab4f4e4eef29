import type { AppGeneration } from '@nebula/domain';
import { MESSAGE_LIMITS } from './limits';
import { measure } from './measure';
import { all, flag, list, object, type Shape, text, whole } from './shape';
import { name, time } from './words';

const generationFields = {
  name,
  generation: whole(1),
  deleted: flag,
  createdAt: time,
  updatedAt: time,
  actor: text(MESSAGE_LIMITS.name),
};

/** Its other fields are the worker's to check: it must be able to say "needs a newer worker". */
const specFields = object({ name, image: text(MESSAGE_LIMITS.text, 1) });
const spec = all((value) => measure(value, MESSAGE_LIMITS.appSpec)?.detail, specFields);

/**
 * Of a value whose fields are as they should be. Counters that point past their own generation would ask for a restart or
 * a pull again and again.
 */
const consistent: Shape = (value) => {
  const generation = value as AppGeneration;
  const counters = ['bornAt', 'restartedAt', 'pulledAt'] as const;
  const ahead = counters.find((counter) => generation[counter] > generation.generation);
  if (ahead !== undefined) return `/${ahead}: must not be above the generation`;
  if (generation.spec === undefined) return generation.deleted ? undefined : '/spec: is missing';
  return generation.spec.name === generation.name ? undefined : "/spec/name: must be the generation's name";
};

export const appGeneration = all(
  object({ ...generationFields, bornAt: whole(1), restartedAt: whole(0), pulledAt: whole(0) }, { spec }),
  consistent,
);

export const groupGeneration = object({ ...generationFields, apps: list(name, MESSAGE_LIMITS.appsOfGroup) });
