import Docker from 'dockerode';
import { ContainerRuntime, type KnownContainers } from '../container-runtime';
import { lastLines } from '../last-lines';
import type {
  ContainerSpec,
  EngineAnswer,
  ObservedContainer,
  ObservedNetwork,
  RegistryLogin,
  RuntimeEvent,
  Stopping,
} from '../observed';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { connectContainer, createContainer, disconnectContainer, removeContainer } from './create-container';
import { statusOf } from './docker-errors';
import { watchDocker } from './docker-events';
import { dockerOptions, type DockerHost } from './docker-host';
import { ensureNetwork } from './ensure-network';
import { checkReference, findImage, imageLabels } from './images';
import { Lanes } from './lanes';
import { logText } from './log-frames';
import { container, observeAll, observeNetworks, observeOne } from './observe';
import { pullImage } from './pull';
import { engineInfo, toEngineAnswer } from './engine-info';
import { startContainer } from './start-container';
import { stopContainer } from './stop-container';
import { ensureVolume, removeVolume, volumeLabels, volumesLabelled } from './volumes';

/** The Engine works at few containers at once anyway; a call that waits in its queue would run into our limit. */
const CHANGES_AT_ONCE = 32;

/** A Docker Engine, API 1.41 (20.10) or newer. */
export class DockerRuntime extends ContainerRuntime {
  private readonly docker: Docker;
  private readonly changes = new Lanes(CHANGES_AT_ONCE);

  /**
   * Opens no connection yet.
   * @throws DomainError when `host` can't be understood
   */
  constructor(host: DockerHost) {
    super();
    this.docker = new Docker(dockerOptions(host)); // no `agent`: with one, each call slows down as sockets come and go
  }

  async info(): Promise<EngineAnswer> {
    const raw = await withLimit(LIMITS_MS.call, (abortSignal) => engineInfo(this.docker, abortSignal));
    return toEngineAnswer(raw);
  }

  list(known?: KnownContainers): Promise<ObservedContainer[]> {
    return observeAll(this.docker, known);
  }

  inspect(id: string): Promise<ObservedContainer | undefined> {
    return observeOne(this.docker, id);
  }

  networks(): Promise<ObservedNetwork[]> {
    return observeNetworks(this.docker);
  }

  watch(signal: AbortSignal, onAway: (error: string) => void): AsyncIterable<RuntimeEvent> {
    return watchDocker(this.docker, signal, onAway);
  }

  findImage(reference: string): Promise<string | undefined> {
    return findImage(this.docker, reference);
  }

  imageLabels(id: string): Promise<Record<string, string> | undefined> {
    return imageLabels(this.docker, id);
  }

  async pull(
    reference: string,
    login: RegistryLogin | undefined,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<string> {
    checkReference(reference);
    await pullImage(this.docker, reference, login, { signal, onProgress });
    const id = await this.findImage(reference);
    if (!id) throw new RuntimeError('image-not-found', `${reference} is not there after it was pulled`);
    return id;
  }

  create(spec: ContainerSpec, onWarning?: (warning: string) => void): Promise<string> {
    return this.changes.run(() => createContainer(this.docker, spec, onWarning));
  }

  start(id: string): Promise<void> {
    return this.changes.run(() => startContainer(this.docker, id));
  }

  stop(id: string, stop: Stopping, signal: AbortSignal): Promise<void> {
    return stopContainer(this.docker, id, stop, signal);
  }

  async unpause(id: string): Promise<void> {
    await withLimit<unknown>(LIMITS_MS.call, (abortSignal) =>
      container(this.docker, id).unpause({ abortSignal }),
    ).catch((error: RuntimeError) => {
      if (!/is not paused/i.test(error.message)) throw error;
    });
  }

  async rename(id: string, name: string): Promise<void> {
    const there = await this.inspect(id);
    if (there?.name === name) return;
    await withLimit<unknown>(LIMITS_MS.call, (abortSignal) => container(this.docker, id).rename({ name, abortSignal }));
  }

  remove(id: string): Promise<void> {
    return this.changes.run(() => removeContainer(this.docker, id));
  }

  async connect(id: string, network: string, aliases: readonly string[] = []): Promise<void> {
    const there = await this.inspect(id);
    if (there?.networks.some((on) => on.id === network)) return;
    await connectContainer(this.docker, id, network, aliases);
  }

  disconnect(id: string, network: string): Promise<void> {
    return disconnectContainer(this.docker, id, network);
  }

  ensureNetwork(name: string, labels: Record<string, string>): Promise<string> {
    return ensureNetwork(this.docker, name, labels);
  }

  async logs(id: string, limits: { lines: number; bytes: number }): Promise<string> {
    const answer = await withLimit<unknown>(LIMITS_MS.call, (abortSignal) =>
      container(this.docker, id)
        .logs({ stdout: true, stderr: true, follow: false, tail: limits.lines, abortSignal })
        .catch((error: unknown) => {
          if (statusOf(error) === 0) throw error;
        }),
    );
    return Buffer.isBuffer(answer) ? lastLines(logText(answer), limits) : '';
  }

  ensureVolume(name: string, labels: Record<string, string>): Promise<Record<string, string>> {
    return ensureVolume(this.docker, name, labels);
  }

  removeVolume(name: string): Promise<void> {
    return removeVolume(this.docker, name);
  }

  volumeLabels(name: string): Promise<Record<string, string> | undefined> {
    return volumeLabels(this.docker, name);
  }

  volumesLabelled(label: string, value: string): Promise<string[]> {
    return volumesLabelled(this.docker, label, value);
  }
}
