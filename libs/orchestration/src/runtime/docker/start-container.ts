import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { container } from './observe';

/** Two networks of one name, made at the same instant, are one again after moments: see `ensureNetwork`. */
const DOUBLE_NETWORK_TRIES = 5;
const DOUBLE_NETWORK_PAUSE_MS = 200;
/**
 * What an Engine will never start again. It was killed while it started it, and what it began is in its way: the words are
 * containerd's, of a task, and those of runc and older Engines, of a container; an endpoint may "already exist" too. Or it
 * was made for a network by an id that is no more, which newer Engines do not forgive.
 */
const STUCK =
  /\btask "?[0-9a-f]{12,}"?:? already exists|\bcontainer "?[0-9a-f]{12,}"?:? already exists|container with (given )?id (already )?exists|\bid already in use|could not find a network matching network mode [0-9a-f]{64}\b/i;

export async function startContainer(docker: Docker, id: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const error = await start(docker, id);
    if (!error) return;
    if (STUCK.test(error.message)) {
      throw new RuntimeError('stuck', `the Engine cannot start it any more: ${error.message}`);
    }
    if (!/is ambiguous/.test(error.message) || tries === DOUBLE_NETWORK_TRIES) throw error;
    await pause(DOUBLE_NETWORK_PAUSE_MS);
  }
}

async function start(docker: Docker, id: string): Promise<RuntimeError | undefined> {
  const call = (abortSignal: AbortSignal) =>
    container(docker, id)
      .start({ abortSignal })
      .catch((error: unknown) => {
        if (statusOf(error) !== 304) throw error; // runs already
      });
  try {
    await withLimit<unknown>(LIMITS_MS.call, call);
    return undefined;
  } catch (error) {
    return aboutContainer(error as RuntimeError);
  }
}

/** A host port was to be on an address that the host does not have. */
const NO_SUCH_ADDRESS = /cannot assign requested address/i;

/** What is not found may be a network: the container itself is there. */
function aboutContainer(error: RuntimeError): RuntimeError {
  if (NO_SUCH_ADDRESS.test(error.message)) {
    return new RuntimeError('refused', `this host does not have the address that a port is to be on: ${error.message}`);
  }
  if (error.code !== 'not-found' || /no such container/i.test(error.message)) return error;
  return new RuntimeError('refused', error.message);
}
