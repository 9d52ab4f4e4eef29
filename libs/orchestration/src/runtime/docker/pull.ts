import type Docker from 'dockerode';
import type { RegistryLogin } from '../observed';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS } from './call-limit';
import { pullTextError, toPullError } from './docker-errors';
import { jsonLines } from './json-lines';
import { asRecord, asText } from './raw';

/**
 * Has the Engine fetch an image. It may take any time, as long as something goes on; aborted, the Engine drops it.
 * @throws RuntimeError
 */
export async function pullImage(
  docker: Docker,
  reference: string,
  login: RegistryLogin | undefined,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: () => void },
): Promise<void> {
  const silence = new Silence(signal, onProgress);
  try {
    await Promise.race([silence.broken, follow(docker, reference, login, silence)]);
  } catch (error) {
    throw toPullError(error);
  } finally {
    silence.stop();
  }
}

async function follow(
  docker: Docker,
  reference: string,
  login: RegistryLogin | undefined,
  silence: Silence,
): Promise<void> {
  const authconfig = login && {
    username: login.username,
    password: login.password,
    serveraddress: login.serverAddress,
  };
  const stream = await docker.pull(reference, { abortSignal: silence.abortSignal, authconfig });
  // stream errors are thrown by the iteration; one that comes later must find a listener
  stream.on('error', () => undefined);
  for await (const line of jsonLines(stream as AsyncIterable<Buffer>)) {
    silence.heard();
    const said = asRecord(line);
    const error = asText(asRecord(said.errorDetail).message) || asText(said.error);
    if (error !== '') throw pullTextError(error);
  }
}

/** Ends a pull in which nothing happens any more, or whose caller has enough. */
class Silence {
  readonly broken: Promise<never>;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private end: (error: RuntimeError) => void = () => undefined;
  private readonly onAbort = () => this.end(new RuntimeError('aborted', 'aborted'));

  constructor(
    private readonly caller: AbortSignal,
    private readonly onProgress = (): void => undefined,
  ) {
    this.broken = new Promise((_, reject) => (this.end = reject));
    this.broken.catch(() => this.controller.abort());
    const seconds = LIMITS_MS.pullSilence / 1000;
    const silent = new RuntimeError('registry-away', `the pull made no progress for ${seconds} s`);
    this.timer = setTimeout(() => this.end(silent), LIMITS_MS.pullSilence);
    caller.addEventListener('abort', this.onAbort);
    if (caller.aborted) this.onAbort();
  }

  get abortSignal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    this.timer.refresh();
    this.onProgress();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener('abort', this.onAbort);
    this.controller.abort();
  }
}
