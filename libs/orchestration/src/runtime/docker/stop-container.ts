import type Docker from 'dockerode';
import type { Stopping } from '../observed';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { removeContainer } from './create-container';
import { statusOf } from './docker-errors';
import { container, inspectRaw } from './observe';
import { asRecord, asText, type Raw } from './raw';
import { signalName } from '../signal-name';

/** What an Engine waits for a container that has no grace of its own, and what we wait for an answer at the most. */
const ENGINE_GRACE_SECONDS = 10;
const LONGEST_GRACE_SECONDS = 86_400;

/** Stops a container; with a signal of the caller's own where that is not the container's. */
export async function stopContainer(docker: Docker, id: string, wanted: Stopping, caller: AbortSignal): Promise<void> {
  if (wanted.signal === null && wanted.graceSeconds !== null) {
    return engineStop(docker, id, { t: secondsOf(wanted.graceSeconds) }, caller);
  }
  const raw = asRecord(await inspectRaw(docker, id));
  const graceSeconds = wanted.graceSeconds ?? ownGraceSeconds(raw);
  // its own grace is the Engine's to know: without a limit of its own (-1) it waits for ever
  if (wanted.signal === null) return engineStop(docker, id, {}, caller, graceSeconds);
  const own = asText(asRecord(raw.Config).StopSignal) || 'SIGTERM';
  // a restarting container has no process to hear a signal
  if (signalName(own) === signalName(wanted.signal) || asRecord(raw.State).Restarting === true) {
    return engineStop(docker, id, { t: secondsOf(graceSeconds) }, caller);
  }
  await signalAndWait(docker, id, raw, { signal: wanted.signal, graceSeconds: secondsOf(graceSeconds) }, caller);
  // kills what did not hear, and ends a restart that began meanwhile; for one that has stopped it does nothing
  await engineStop(docker, id, { t: 0 }, caller);
}

/** The Engine lost track of what it killed: it answers the same to each stop, and a removal is all that helps. */
const NO_EXIT = /did not receive an exit event/i;

const secondsOf = (grace: number): number => Math.max(0, Math.round(grace));

/** As a limit for waiting: less than 0 is Docker's word for no end. */
function ownGraceSeconds(raw: Raw): number {
  const own = asRecord(raw.Config).StopTimeout;
  const seconds = typeof own === 'number' ? own : ENGINE_GRACE_SECONDS;
  return seconds < 0 ? LONGEST_GRACE_SECONDS : Math.min(seconds, LONGEST_GRACE_SECONDS);
}

/** @param how t: how many seconds; absent: as the container says, which is `graceSeconds` */
async function engineStop(
  docker: Docker,
  id: string,
  how: { t?: number },
  caller: AbortSignal,
  graceSeconds = how.t ?? 0,
): Promise<void> {
  const limitMs = LIMITS_MS.stop + graceSeconds * 1000;
  const stop = (abortSignal: AbortSignal) =>
    container(docker, id)
      .stop({ ...how, abortSignal })
      .catch((error: unknown) => {
        if (statusOf(error) !== 304) throw error; // stopped already
      });
  try {
    await withLimit(limitMs, stop, caller);
  } catch (error) {
    if (!NO_EXIT.test((error as RuntimeError).message)) throw error;
    await removeContainer(docker, id);
  }
}

/** Engines before API 1.42 take no signal with a stop: sends it by itself, and waits for the end or the grace's. */
async function signalAndWait(
  docker: Docker,
  id: string,
  raw: Raw,
  wanted: { signal: string; graceSeconds: number },
  caller: AbortSignal,
): Promise<void> {
  const target = container(docker, id);
  if (asRecord(raw.State).Paused === true) {
    await withLimit(LIMITS_MS.call, (abortSignal) => target.unpause({ abortSignal }), caller).catch(onlyAborted);
  }
  const kill = (abortSignal: AbortSignal) =>
    target.kill({ signal: wanted.signal, abortSignal }).catch((error: unknown) => {
      if (statusOf(error) !== 409) throw error; // not running
    });
  await withLimit(LIMITS_MS.call, kill, caller);
  const wait = (abortSignal: AbortSignal) => target.wait({ condition: 'not-running', abortSignal });
  await withLimit(wanted.graceSeconds * 1000, wait, caller).catch(onlyAborted);
}

/** What else went wrong is found by the stop that follows. */
function onlyAborted(error: unknown): void {
  if (error instanceof RuntimeError && error.code === 'aborted') throw error;
}
