import { MESSAGE_LIMITS } from './limits';
import { amount, flag, list, object, oneOf, text, whole } from './shape';
import { name, ports, selection, shortText, storeId, time, word } from './words';

const container = object(
  {
    id: text(MESSAGE_LIMITS.name, 1),
    name: text(MESSAGE_LIMITS.name, 1),
    ordinal: whole(0),
    state: word,
    image: shortText,
    imageId: text(MESSAGE_LIMITS.name),
    generation: whole(0),
    ports,
    restartCount: whole(0),
  },
  { health: word, startedAt: time, lastError: shortText, kept: word },
);

const app = object(
  {
    app: name,
    generation: whole(0),
    // Counts are sums over exactly these: a fifth would make them lie.
    state: oneOf('converged', 'converging', 'waiting', 'failed'),
    containers: list(container, MESSAGE_LIMITS.containersOfApp),
  },
  {
    reason: word,
    error: shortText,
    until: time,
    container: text(MESSAGE_LIMITS.name),
    log: text(MESSAGE_LIMITS.log),
    warnings: list(shortText, MESSAGE_LIMITS.warnings),
    leaving: flag,
  },
);

const engine = object({
  id: text(MESSAGE_LIMITS.name),
  name: text(MESSAGE_LIMITS.name),
  version: text(MESSAGE_LIMITS.name),
  cpus: amount,
  memoryBytes: amount,
});

export const report = object(
  {
    host: name,
    start: name,
    count: whole(0),
    full: flag,
    selection,
    workerVersion: text(MESSAGE_LIMITS.name),
    problems: list(object({ code: word, detail: shortText }), MESSAGE_LIMITS.problems),
    apps: list(app, MESSAGE_LIMITS.apps),
    gone: list(name, MESSAGE_LIMITS.apps),
  },
  { groupGeneration: whole(0), store: storeId, engine },
);
