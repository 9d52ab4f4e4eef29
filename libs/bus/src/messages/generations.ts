import { MESSAGE_LIMITS } from './limits';
import { measure } from './measure';
import { all, flag, isObject, list, object, type Shape, text, whole } from './shape';
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

/** Counters that point past their own generation would ask for a restart or a pull again and again. */
const consistent: Shape = (value) => {
  if (!isObject(value)) return ': must be an object';
  const newest = value.generation as number;
  const ahead = ['bornAt', 'restartedAt', 'pulledAt'].find((field) => (value[field] as number) > newest);
  if (ahead !== undefined) return `/${ahead}: must not be above the generation`;
  if (value.spec === undefined) return value.deleted === true ? undefined : '/spec: is missing';
  return (value.spec as { name: string }).name === value.name ? undefined : "/spec/name: must be the generation's name";
};

export const appGeneration = all(
  object({ ...generationFields, bornAt: whole(1), restartedAt: whole(0), pulledAt: whole(0) }, { spec }),
  consistent,
);

export const groupGeneration = object({ ...generationFields, apps: list(name, MESSAGE_LIMITS.appsOfGroup) });
