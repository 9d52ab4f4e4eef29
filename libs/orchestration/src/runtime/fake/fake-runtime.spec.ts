import { containerRuntimeContract } from '../container-runtime.contract';
import type { Programs, RuntimeUnderTest } from '../contract/under-test.contract';
import { FakeRegistry } from './fake-registry';
import { FakeRuntime } from './fake-runtime';
import type { Program } from './program';

const BEHAVIOUR: Record<keyof Programs, Program> = {
  steady: { log: 'ready\n' },
  deaf: { stopAfterMs: Infinity, log: 'ready\nheard\n' },
  hearsUsr1: { ignores: ['SIGTERM'], stopExitCode: 7, log: 'ready\n' },
  exits: { exitAfterMs: 5, exitCode: 3 },
  hog: { exitAfterMs: 5, outOfMemory: true },
  talks: { log: Array.from({ length: 30 }, (_, n) => `line ${n + 1}\n`).join('') },
  broken: { startError: 'exec: "broken": executable file not found in $PATH' },
  unhealthy: { health: { result: 'unhealthy', afterMs: 5, output: 'no good\n' } },
};

const program = (name: keyof Programs) => ({ command: [name] });
const programs: Programs = {
  steady: program('steady'),
  deaf: program('deaf'),
  hearsUsr1: program('hearsUsr1'),
  exits: program('exits'),
  hog: program('hog'),
  talks: program('talks'),
  broken: program('broken'),
  unhealthy: { ...program('unhealthy'), healthCheck: { test: ['CMD', 'false'] } },
};

function make(): Promise<RuntimeUnderTest> {
  const registry = new FakeRegistry();
  const imageId = registry.push('contract:1');
  registry.push('registry.test/thing:1');
  const runtime = new FakeRuntime({
    registry,
    images: ['contract:1'],
    behaviour: ({ settings }) => BEHAVIOUR[settings.command?.[0] as keyof Programs],
  });
  const { byHand, script, machine } = runtime;
  const login = { username: 'neb', password: 'secret', serverAddress: 'registry.test' };
  return Promise.resolve({
    runtime,
    image: { reference: 'contract:1', id: imageId },
    prefix: 'rt-contract',
    firstPort: 21_000,
    programs,
    byHand: {
      pause: async (id) => byHand.pause(id),
      stop: async (id) => byHand.stop(id),
      update: async (id) => byHand.update(id, { memory: 64 * 2 ** 20, restartPolicy: 'no', others: ['CpuShares'] }),
      disconnect: async (id, network) => byHand.disconnect(id, network),
      createNetwork: async (name, labels) => byHand.createNetwork(name, labels),
      removeNetwork: async (id) => byHand.removeNetwork(id),
      commit: async (id) => byHand.commit(id, `committed:${id.slice(0, 12)}`),
      aliasesOn: async (id, network) => byHand.aliasesOn(id, network),
      volumesOf: async (id) => machine.get(id).volumes.map(({ name }) => name),
    },
    engine: { goAway: async () => script.goAway(), comeBack: async () => script.comeBack() },
    registry: {
      reference: 'registry.test/thing:1',
      login,
      serve: async (mode) => {
        registry.away = mode === 'away' ? 'dial tcp: connection refused' : undefined;
        registry.login = mode === 'login' ? login : undefined;
        registry.pullMs = mode === 'stalled' ? 60_000 : 0;
      },
    },
    end: async () => undefined,
  });
}

containerRuntimeContract(make);
