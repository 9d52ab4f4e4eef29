import { RuntimeError, type RuntimeErrorCode } from '../runtime-error';
import { asNumber, asRecord, asText } from './raw';

type Table = readonly (readonly [RegExp, RuntimeErrorCode])[];

/** Docker tells most things in its texts only; the first line that fits counts. */
const TEXTS: Table = [
  [/no space left on device|disk quota exceeded/i, 'disk-full'],
  [/port is already allocated|address already in use|ports are not available/i, 'port-taken'],
  [/no such (container|volume|network)|(^|: )network \S+ not found/i, 'not-found'],
  [/no such image/i, 'image-not-found'],
  [/is already in use|is ambiguous/i, 'conflict'],
];

/**
 * A registry's refusals come as 404, as 500, or after the answer has begun: only the text is the same. Engines with
 * containerd's store say of each refusal that the repository may not exist, and the reason last.
 */
const PULL_TEXTS: Table = [
  [/no space left on device|disk quota exceeded/i, 'disk-full'],
  [/no basic auth credentials|status: 401|401 unauthorized|incorrect username/i, 'registry-login-refused'],
  [/no match(ing manifest)? for (platform|\S+\/\S+)/i, 'refused'],
  [
    /manifest( for \S+)? (unknown|not found)|repository.*(not exist|not found)|name unknown|no such image/i,
    'image-not-found',
  ],
  [/unauthorized|authentication|auth credentials|incorrect username|access denied|denied:/i, 'registry-login-refused'],
  [/invalid reference|invalid tag|invalid checksum digest/i, 'refused'],
  [/: not found$|^not found/i, 'image-not-found'],
];

/** What Node.js says of a connection that ended tells a person nothing. */
const NO_ANSWER: Readonly<Record<string, string>> = {
  aborted: 'the Engine ended the connection in the middle of its answer',
  'socket hang up': 'the Engine ended the connection without an answer',
};

/** @param error whatever a call of the Engine threw */
export function toRuntimeError(error: unknown): RuntimeError {
  if (error instanceof RuntimeError) return error;
  const { status, text } = read(error);
  if (status === 0) return new RuntimeError('away', text);
  return new RuntimeError(find(TEXTS, text) ?? (status === 409 ? 'conflict' : 'refused'), text);
}

/** The same for a pull: what is not known for something else is the registry's being away. */
export function toPullError(error: unknown): RuntimeError {
  if (error instanceof RuntimeError) return error;
  const { status, text } = read(error);
  if (status === 0) return new RuntimeError('away', text);
  if (status === 400) return new RuntimeError('refused', text);
  return pullTextError(text);
}

/** For an error that came in the middle of a pull, as text. */
export function pullTextError(text: string): RuntimeError {
  return new RuntimeError(find(PULL_TEXTS, text) ?? 'registry-away', text);
}

/** @returns the HTTP status of the Engine's refusal; 0: there was no answer. */
export function statusOf(error: unknown): number {
  return asNumber(asRecord(error).statusCode);
}

function find(table: Table, text: string): RuntimeErrorCode | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

function read(error: unknown): { status: number; text: string } {
  const failure = asRecord(error);
  const message = asText(failure.message).replace(/^\(HTTP code \d+\) .*? - /s, '');
  const text = (asText(asRecord(failure.json).message) || message).trim();
  const status = statusOf(error);
  const words = (status === 0 && NO_ANSWER[text]) || text;
  return { status, text: words || asText(failure.code) || 'the Engine gave no reason' };
}
