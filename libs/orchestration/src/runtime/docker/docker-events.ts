import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import type { RuntimeEvent } from '../observed';
import { LIMITS_MS, withLimit } from './call-limit';
import { toRuntimeError } from './docker-errors';
import { jsonLines } from './json-lines';
import { engineInfo } from './engine-info';
import { asText } from './raw';
import { EVENT_FILTERS, toEvents } from './to-events';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** `ContainerRuntime.watch` on Docker's stream. */
export async function* watchDocker(
  docker: Docker,
  signal: AbortSignal,
  onAway: (error: string) => void,
): AsyncGenerator<RuntimeEvent> {
  let failures = 0;
  while (!signal.aborted) {
    const connection = new AbortController();
    const close = () => connection.abort();
    signal.addEventListener('abort', close);
    try {
      const stream = await open(docker, connection.signal);
      failures = 0;
      yield { kind: 'resync' };
      for await (const message of jsonLines(stream)) yield* toEvents(message);
      if (!signal.aborted) onAway('the Engine ended the stream of events');
    } catch (error) {
      if (!signal.aborted) onAway(toRuntimeError(error).message);
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
    await pause(pauseMs(failures++), undefined, { signal }).catch(() => undefined);
  }
}

/** Half of it is left to chance: hosts that lost something at one moment do not all come back at one moment. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
}

/**
 * The Engine answers a moment before it listens to itself: asked for what happened since just before, it tells what
 * fell into that gap. The moment is taken from its own clock, which need not be ours.
 */
async function open(docker: Docker, abortSignal: AbortSignal): Promise<IncomingMessage> {
  const info = await withLimit(LIMITS_MS.call, (signal) => engineInfo(docker, signal), abortSignal);
  const since = sinceTime(asText(info.SystemTime));
  const stream = await withLimit(
    LIMITS_MS.call,
    // not the limit's own signal: that one ends with the call, the stream goes on
    () => docker.getEvents({ filters: EVENT_FILTERS, ...since, abortSignal } as Docker.GetEventsOptions),
    abortSignal,
  );
  const answer = stream as IncomingMessage;
  answer.on('error', () => undefined); // thrown by the iteration; one that comes later must find a listener
  answer.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
  return answer;
}

/** In seconds with nanoseconds, `1700000000.123456789`, as Docker takes it; nothing when the text is no time. */
export function sinceTime(iso: string): { since?: string } {
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds)) return {};
  const fraction = /\.(\d{1,9})/.exec(iso)?.[1] ?? '';
  return { since: `${Math.floor(milliseconds / 1000)}.${fraction.padEnd(9, '0')}` };
}
