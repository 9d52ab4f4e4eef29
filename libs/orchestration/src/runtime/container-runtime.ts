import type {
  ContainerSpec,
  EngineAnswer,
  ObservedContainer,
  ObservedNetwork,
  RegistryLogin,
  RuntimeEvent,
  Stopping,
} from './observed';

/** What was seen of a container, by its id. */
export type KnownContainers = (id: string) => ObservedContainer | undefined;

/**
 * One Docker Engine, in the calls that Nebula needs. Every method throws `RuntimeError` and nothing else. Methods that
 * change something are idempotent where the Engine lets them be: stopping what is stopped, starting what runs, removing
 * what is gone, connecting what is connected succeed.
 */
export abstract class ContainerRuntime {
  abstract info(): Promise<EngineAnswer>;

  /**
   * All containers of the Engine, ours and foreign, in any state. One that goes meanwhile is left out.
   * @param known those of which a list says nothing new are given back as they were seen, and not asked for: what only an
   *   answer about the container tells (limits, how often it was restarted) is as old then
   */
  abstract list(known?: KnownContainers): Promise<ObservedContainer[]>;

  /** @returns undefined when there is none. */
  abstract inspect(id: string): Promise<ObservedContainer | undefined>;

  abstract networks(): Promise<ObservedNetwork[]>;

  /**
   * What happens on the Engine, until `signal` aborts. First a `resync`, when the stream is established; again one after
   * each reconnect. The stream never throws: while the Engine is away it tries again with jittered back-off.
   * @param onAway told with a text when the stream was lost or could not be opened
   */
  abstract watch(signal: AbortSignal, onAway: (error: string) => void): AsyncIterable<RuntimeEvent>;

  /** @returns the id of the local image that `reference` names, undefined when there is none. */
  abstract findImage(reference: string): Promise<string | undefined>;

  /** @param id of an image @returns the labels that it gives to containers; undefined when there is no such image. */
  abstract imageLabels(id: string): Promise<Record<string, string> | undefined>;

  /**
   * Fetches the image.
   * @param onProgress told whenever the Engine says that something came
   * @returns its id
   */
  abstract pull(
    reference: string,
    login: RegistryLogin | undefined,
    signal: AbortSignal,
    onProgress?: () => void,
  ): Promise<string>;

  /**
   * Creates it, on all its networks, and does not start it.
   * @param onWarning told what the Engine warns of: a limit that it drops, say
   * @returns its id
   */
  abstract create(spec: ContainerSpec, onWarning?: (warning: string) => void): Promise<string>;
  /** One that the Engine can never start again is 'stuck': only another one can take its place. */
  abstract start(id: string): Promise<void>;

  /** Ends when it is stopped (killed after the grace); gone, where the Engine can't tell that what it killed has ended. */
  abstract stop(id: string, stop: Stopping, signal: AbortSignal): Promise<void>;
  abstract unpause(id: string): Promise<void>;
  abstract rename(id: string, name: string): Promise<void>;

  /** Removes a container, killed if it still runs. Its volumes stay, anonymous ones too. */
  abstract remove(id: string): Promise<void>;

  /**
   * @param network its id
   * @param aliases names by which others there find it, besides its own; absent: none
   */
  abstract connect(id: string, network: string, aliases?: readonly string[]): Promise<void>;

  /**
   * Takes a container that does not run off a network: of one that is gone, too, which would keep it from being started.
   * @param network its name: that is what a container is on a network by
   */
  abstract disconnect(id: string, network: string): Promise<void>;

  /**
   * Makes the bridge network `name` with these labels, unless there is one of that name. Two made at the same time end as
   * the one with the lower id: whoever finds a double of its own, empty, with the higher id, removes it.
   * @returns the id of the one to use
   */
  abstract ensureNetwork(name: string, labels: Record<string, string>): Promise<string>;

  /** The last lines of output, stdout and stderr, oldest first; '' when there are none or they can't be read. */
  abstract logs(id: string, limits: { lines: number; bytes: number }): Promise<string>;

  /** Makes a volume unless there is one of that name. @returns the labels of the one that is there then. */
  abstract ensureVolume(name: string, labels: Record<string, string>): Promise<Record<string, string>>;
  /** One that a container has, in any state, is a 'conflict'. */
  abstract removeVolume(name: string): Promise<void>;
  /** @returns undefined when there is none. */
  abstract volumeLabels(name: string): Promise<Record<string, string> | undefined>;
  /** @returns the names of the volumes that have this label with this value. */
  abstract volumesLabelled(label: string, value: string): Promise<string[]>;
}
