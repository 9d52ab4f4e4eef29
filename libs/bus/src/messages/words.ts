import { MESSAGE_LIMITS } from './limits';
import { flag, list, matching, object, text, whole } from './shape';

/**
 * Of an app, a group, a host. Without control characters: names are joined by line ends in cursors, and are logged.
 * `__proto__` as a name would make some map of ours lie.
 */
export const name = matching(/^(?!__proto__$)\P{Cc}{1,255}$/u, `a name of 1 to ${MESSAGE_LIMITS.name} characters`);

/** A word of a list that a newer neighbour may have made longer: reasons, states of containers, protocols. */
export const word = matching(/^[a-z][a-z0-9-]{0,63}$/, 'a word of small letters');

export const time = text(MESSAGE_LIMITS.word, 1);
export const storeId = text(MESSAGE_LIMITS.name);
export const shortText = text(MESSAGE_LIMITS.text);

const port = whole(0, 65_535);
export const ports = list(
  object({ host: port, container: port, protocol: word }, { hostIp: text(MESSAGE_LIMITS.word, 1) }),
  MESSAGE_LIMITS.ports,
);

export const selection = object({ all: flag, names: list(name, MESSAGE_LIMITS.namesOfList) }, { group: name });
