import { markLabel, originOf, type Reason } from '@nebula/domain';
import type { Action, ActionKind, Target } from '../plan/plan';
import { ContainerRuntime, type RegistryLogin, RuntimeError, type RuntimeErrorCode } from '../runtime';
import { Gate } from './gate';

export interface Failure {
  action: Action;
  reason: Reason;
  error: RuntimeError;
  /** What it happened to, where that was there. */
  containerId?: string;
}

/** What came of an app's actions. */
export interface Outcome {
  failures: Failure[];
  /** Actions that were not carried out: one before them failed, or a newer change came. */
  skipped: Action[];
  /** The containers that were made. */
  made: { id: string; origin: string }[];
  /** The image that a `fetch-image` came by. */
  imageId?: string;
  /** What the Engine said when it made containers, by their ids; absent: nothing. */
  warnings?: Map<string, string[]>;
}

export interface ExecutorOptions {
  installation: string;
  /** Now by the Engine's own clock, ms since 1970. */
  engineTime(): number;
  networkId(name: string): string | undefined;
  login(reference: string): RegistryLogin | undefined;
}

export interface RunOptions {
  /** Is given the containers that are changed or made, each as soon as something is done to it. */
  touched: Set<string>;
  /** Ends pulls and waiting for stops, and begins no further action; calls under way are finished. */
  signal: AbortSignal;
  /** Told whenever something of an image comes. */
  onProgress?: () => void;
  onRemoved?: (action: Extract<Action, { kind: 'remove' }>) => void;
}

/** One carrying-out of a list of actions. */
interface Run extends RunOptions {
  actions: readonly Action[];
  created: Map<number, string>;
  /** Ids of networks that it asked for: the observer knows of them only later. */
  networks: Map<string, Promise<string>>;
  outcome: Outcome;
}

type Executors = {
  [K in ActionKind]: (action: Extract<Action, { kind: K }>, run: Run, index: number) => Promise<void>;
};

const REASONS: Record<ActionKind, Reason> = {
  'fetch-image': 'image-pull-failed',
  'make-network': 'network-failed',
  create: 'create-failed',
  start: 'start-failed',
  stop: 'stop-failed',
  unpause: 'start-failed',
  remove: 'remove-failed',
  rename: 'name-taken',
  connect: 'network-failed',
  disconnect: 'network-failed',
  'remove-volume': 'remove-failed',
};

/** Carries plans out: each action as soon as those that it comes after have succeeded. Decides nothing. */
export class Executor {
  // The Engine works on a few containers at a time whatever it is asked; more calls at once only cost sockets.
  private readonly gate = new Gate(32);
  private readonly networks = new Map<string, Promise<string>>();

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly options: ExecutorOptions,
  ) {}

  async run(actions: readonly Action[], options: RunOptions): Promise<Outcome> {
    const outcome: Outcome = { failures: [], skipped: [], made: [] };
    const run: Run = { ...options, actions, created: new Map(), networks: new Map(), outcome };
    const done: Promise<boolean>[] = [];
    for (const [index, action] of actions.entries()) done.push(this.inOrder(action, index, done, run));
    await Promise.all(done);
    return outcome;
  }

  private async inOrder(action: Action, index: number, done: readonly Promise<boolean>[], run: Run): Promise<boolean> {
    const before = await Promise.all(action.after.map(async (earlier) => await done[earlier]));
    if (before.includes(false) || run.signal.aborted) {
      run.outcome.skipped.push(action);
      return false;
    }
    try {
      await this.carryOut(action, run, index);
      return true;
    } catch (error) {
      this.takeError(action, error instanceof RuntimeError ? error : new RuntimeError('refused', String(error)), run);
      return false;
    }
  }

  private takeError(action: Action, error: RuntimeError, { outcome, created }: Run): void {
    const containerId = 'target' in action ? findId(action.target, created) : undefined;
    if (error.code === 'aborted') outcome.skipped.push(action);
    else outcome.failures.push({ action, reason: reasonOf(action, error), error, containerId });
  }

  private carryOut<A extends Action>(action: A, run: Run, index: number): Promise<void> {
    const execute = this.executors[action.kind] as (action: A, run: Run, index: number) => Promise<void>;
    // Pulls and stops mostly wait: they must not keep others from working.
    if (action.kind === 'fetch-image' || action.kind === 'stop') return execute(action, run, index);
    return this.gate.through(() => {
      if (run.signal.aborted) throw new RuntimeError('aborted', 'a newer change came');
      return execute(action, run, index);
    });
  }

  private readonly executors: Executors = {
    'fetch-image': async (action, run) => {
      run.outcome.imageId = await this.fetch(action, run).catch(naming(action.reference, ofFetch));
    },
    'make-network': async ({ network }, run) => {
      await this.network(network, run);
    },
    create: async ({ spec, networks }, run, index) => {
      const ids = await Promise.all(networks.map((network) => this.network(network, run)));
      const aliases = Object.fromEntries(ids.map((id, n) => [id, spec.aliases?.[networks[n] as string] ?? []]));
      // As late as can be: a container that is much younger than its mark is taken for a copy.
      const labels = { ...spec.labels, ...markLabel(this.options.engineTime()) };
      const warnings: string[] = [];
      const told = (warning: string): void => void warnings.push(warning);
      const id = await this.runtime
        .create({ ...spec, labels, networks: ids, aliases, networkName: networks[0] }, told)
        .catch(naming(spec.image, ofCreate));
      run.outcome.made.push({ id, origin: originOf(labels) });
      if (warnings.length > 0) (run.outcome.warnings ??= new Map()).set(id, warnings);
      run.created.set(index, id);
      run.touched.add(id);
    },
    start: ({ target }, run) => this.runtime.start(idOf(target, run)),
    stop: ({ target, stop }, run) => this.runtime.stop(idOf(target, run), stop, run.signal),
    unpause: ({ target }, run) => this.runtime.unpause(idOf(target, run)),
    remove: async (action, run) => {
      await this.runtime.remove(idOf(action.target, run));
      run.onRemoved?.(action);
    },
    rename: ({ target, name }, run) => this.runtime.rename(idOf(target, run), name),
    connect: async ({ target, network, aliases }, run) =>
      this.runtime.connect(idOf(target, run), await this.network(network, run), aliases),
    disconnect: ({ target, network }, run) => this.runtime.disconnect(idOf(target, run), network),
    'remove-volume': ({ volume }) => this.runtime.removeVolume(volume),
  };

  private async fetch(
    { reference, mode, otherwise }: Extract<Action, { kind: 'fetch-image' }>,
    { signal, onProgress }: Run,
  ): Promise<string> {
    if (mode !== 'pull') {
      const local = (await this.runtime.findImage(reference)) ?? otherwise;
      if (local !== undefined) return local;
    }
    if (mode === 'local') {
      throw new RuntimeError('image-not-found', `image ${reference} is not on this host, and its pull policy is never`);
    }
    return this.runtime.pull(reference, this.options.login(reference), signal, onProgress);
  }

  private network(name: string, run: Run): Promise<string> {
    if (name === 'host' || name === 'none') return Promise.resolve(name);
    const known = this.options.networkId(name);
    if (known !== undefined) return Promise.resolve(known);
    const network = run.networks.get(name) ?? this.makeNetwork(name);
    run.networks.set(name, network);
    return network;
  }

  /** Asked for by several apps at once, it is made once. */
  private makeNetwork(name: string): Promise<string> {
    const making = this.networks.get(name);
    if (making) return making;
    const labels = { 'nebula.installation': this.options.installation };
    const made = this.runtime.ensureNetwork(name, labels).finally(() => this.networks.delete(name));
    this.networks.set(name, made);
    return made;
  }
}

/** Texts of Engines and registries often do not name the image. @returns throws the error on, with the image named */
const naming =
  (reference: string, isAboutIt: (code: RuntimeErrorCode) => boolean) =>
  (error: unknown): never => {
    if (!(error instanceof RuntimeError) || !isAboutIt(error.code)) throw error;
    const words = error.message.split(/[\s"',;()]+/).map((word) => word.replace(/[.:]+$/, ''));
    throw words.includes(reference) ? error : new RuntimeError(error.code, `image ${reference}: ${error.message}`);
  };
const ofFetch = (code: RuntimeErrorCode): boolean => code !== 'aborted' && code !== 'away';
const ofCreate = (code: RuntimeErrorCode): boolean => code === 'image-not-found';

const findId = (target: Target, created: ReadonlyMap<number, string>): string | undefined =>
  'id' in target ? target.id : created.get(target.createdBy);

function idOf(target: Target, run: Run): string {
  const id = findId(target, run.created);
  if (id === undefined) throw new RuntimeError('refused', `container ${target.name} was not made`);
  run.touched.add(id);
  return id;
}

function reasonOf(action: Action, error: RuntimeError): Reason {
  if (action.kind === 'fetch-image' && action.mode === 'local' && error.code === 'image-not-found')
    return 'image-missing';
  if (action.kind === 'create' && error.code === 'conflict') return 'name-taken';
  return error.reason(REASONS[action.kind]);
}
