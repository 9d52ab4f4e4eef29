import { containerSettings, resolveApp } from '@nebula/domain';
import type { ContainerRuntime } from '../container-runtime';
import type { ContainerSpec, ObservedContainer, RegistryLogin, RuntimeEvent } from '../observed';

type Settings = ContainerSpec['settings'];

/** One adapter with what the obligations need to be put to the test on it. */
export interface RuntimeUnderTest {
  runtime: ContainerRuntime;
  /** A local image. */
  image: { reference: string; id: string };
  /** What begins every name of a container, network or volume that a test makes. */
  prefix: string;
  /** The first of twenty host ports that nobody else uses. */
  firstPort: number;
  programs: Programs;
  byHand: Hand;
  engine: { goAway(): Promise<void>; comeBack(): Promise<void> };
  registry: TestRegistry;
  /** Removes what tests left, and closes what was opened. */
  end(): Promise<void>;
}

/** Settings that make a container behave in a way; written for the adapter's kind of machine. */
export interface Programs {
  /** Writes `ready`, runs until SIGTERM, then exits with 0. */
  steady: Partial<Settings>;
  /** Writes `ready`, runs, writes `heard` on SIGTERM and goes on. */
  deaf: Partial<Settings>;
  /** Writes `ready`, hears SIGUSR1 only, and exits with 7 then. */
  hearsUsr1: Partial<Settings>;
  /** Exits with 3 soon after each start. */
  exits: Partial<Settings>;
  /** Is killed by the kernel soon after each start, for want of memory. */
  hog: Partial<Settings>;
  /** Writes `line 1` to stderr and, in this order, `line 2` to `line 30` to stdout, and runs on. */
  talks: Partial<Settings>;
  /** Can't be started. */
  broken: Partial<Settings>;
  /** Its health check fails and says `no good`. */
  unhealthy: Partial<Settings>;
}

/** What a person does on the machine, past the runtime. Containers and networks by id. */
export interface Hand {
  pause(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  /** Limits: 512 CPU shares, 64 MiB of memory, restart policy `no`. */
  update(id: string): Promise<void>;
  disconnect(id: string, network: string): Promise<void>;
  /** Also when there is one of that name. @returns its id. */
  createNetwork(name: string, labels: Record<string, string>): Promise<string>;
  removeNetwork(id: string): Promise<void>;
  /** As `docker commit`. @returns the id of an image made of the container, labels and all; gone after the tests. */
  commit(id: string): Promise<string>;
  /** Names by which others on the network find a running container, besides its own and what the Engine adds. */
  aliasesOn(id: string, network: string): Promise<string[]>;
  /** Names of the volumes that a container has. */
  volumesOf(id: string): Promise<string[]>;
}

export interface TestRegistry {
  /** An image that is in it, and not on the machine. */
  reference: string;
  login: RegistryLogin;
  /** From now on it serves everybody, only who logs in, or it answers nothing, or it never ends an answer. */
  serve(mode: 'open' | 'login' | 'away' | 'stalled'): Promise<void>;
}

/** Each test of the contract calls it for the adapter that is under test. */
export type UnderTest = () => RuntimeUnderTest;

let made = 0;

/** A name that no other test uses. */
export function newName({ prefix }: RuntimeUnderTest, kind = 'c'): string {
  made += 1;
  return `${prefix}-${kind}${made}`;
}

const DEFAULTS: Settings = containerSettings(resolveApp({ name: 'plain', image: 'plain' }));

/** A steady container without a network, unless told otherwise. */
export function specOf(
  t: RuntimeUnderTest,
  settings: Partial<Settings> = {},
  rest: Partial<Omit<ContainerSpec, 'settings'>> = {},
): ContainerSpec {
  return {
    name: newName(t),
    image: t.image.reference,
    imageId: t.image.id,
    labels: {},
    networks: ['none'],
    settings: { ...DEFAULTS, ...t.programs.steady, ...settings },
    ...rest,
  };
}

/** @returns the id of a new container that runs, and hears signals if it will ever do. */
export async function running(t: RuntimeUnderTest, ...spec: SpecArguments): Promise<string> {
  const made = specOf(t, ...spec);
  const id = await t.runtime.create(made);
  await t.runtime.start(id);
  const { steady, deaf, hearsUsr1 } = t.programs;
  const saysWhen = [steady, deaf, hearsUsr1].some(({ command }) => command === made.settings.command);
  const ready = async () => (await t.runtime.logs(id, { lines: 1, bytes: 100 })) !== '' || undefined;
  if (saysWhen) await eventually(ready, 'the program is ready');
  return id;
}

type SpecArguments = [settings?: Partial<Settings>, rest?: Partial<Omit<ContainerSpec, 'settings'>>];

/** Waits until `look` finds something. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function seen(
  t: RuntimeUnderTest,
  id: string,
  test: (container: ObservedContainer) => boolean,
  what: string,
): Promise<ObservedContainer> {
  return eventually(async () => {
    const container = await t.runtime.inspect(id);
    return container && test(container) ? container : undefined;
  }, what);
}

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

export const code = (error: string) => expect.objectContaining({ name: 'RuntimeError', code: error });

/** Listens from now on; resolves when the stream is established. */
export async function listen(t: RuntimeUnderTest) {
  const controller = new AbortController();
  const events: RuntimeEvent[] = [];
  const losses: string[] = [];
  const ended = (async () => {
    for await (const event of t.runtime.watch(controller.signal, (error) => losses.push(error))) events.push(event);
  })();
  await eventually(() => events[0], 'the first event');
  return {
    events,
    losses,
    /** Waits for an event of a container. */
    heard: (id: string, action: string) =>
      eventually(
        () => events.find((event) => event.kind === 'container' && event.id === id && event.action === action),
        `${action} of ${id}`,
      ),
    end: async () => {
      controller.abort();
      await ended;
    },
  };
}
