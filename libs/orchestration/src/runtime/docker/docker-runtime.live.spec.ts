import Docker from 'dockerode';
import { busyboxImage } from '../../../../../test/live/busybox-image';
import { EngineProxy } from '../../../../../test/live/engine-proxy';
import { TinyRegistry } from '../../../../../test/live/tiny-registry';
import { containerRuntimeContract } from '../container-runtime.contract';
import type { Programs, RuntimeUnderTest } from '../contract/under-test.contract';
import { DockerRuntime } from './docker-runtime';

const PREFIX = 'rt-contract';
const IMAGE = `${PREFIX}/busybox:1`;
const COMMITTED = `${PREFIX}/committed:1`;
const FIRST_PORT = 21_000;

const shell = (script: string) => ({ command: ['sh', '-c', script] });
const forEver = 'echo ready; while :; do sleep 0.05; done';
const programs: Programs = {
  steady: shell(`trap "exit 0" TERM; ${forEver}`),
  deaf: shell(`trap "echo heard" TERM; trap "" USR1; ${forEver}`),
  hearsUsr1: shell(`trap "" TERM; trap "exit 7" USR1; ${forEver}`),
  exits: shell('exit 3'),
  hog: { command: ['tail', '/dev/zero'], resources: { cpus: null, memoryMiB: 8 } },
  talks: shell(
    `echo line 1 >&2; sleep 0.2; i=2; while [ $i -le 30 ]; do echo line $i; i=$((i+1)); done; exec sleep 1000`,
  ),
  broken: { command: ['/no/such/program'] },
  unhealthy: {
    ...shell(`trap "exit 0" TERM; ${forEver}`),
    healthCheck: { test: ['CMD-SHELL', 'echo no good; exit 1'], intervalSeconds: 1, retries: 1 },
  },
};

async function make(): Promise<RuntimeUnderTest> {
  const docker = new Docker();
  await removeAll(docker);
  const proxy = await EngineProxy.start();
  const registry = new TinyRegistry(FIRST_PORT + 99);
  const id = await busyboxImage(docker, IMAGE);
  return {
    runtime: new DockerRuntime({ DOCKER_HOST: proxy.host }),
    image: { reference: IMAGE, id },
    prefix: PREFIX,
    firstPort: FIRST_PORT,
    programs,
    byHand: byHand(docker),
    engine: proxy,
    registry: {
      reference: registry.reference,
      login: { username: registry.username, password: registry.password, serverAddress: registry.host },
      serve: (mode) => registry.serve(mode),
    },
    end: async () => {
      await proxy.end();
      await registry.serve('away');
      await removeAll(docker);
      for (const image of [COMMITTED, IMAGE, registry.reference]) await docker.getImage(image).remove();
    },
  };
}

function byHand(docker: Docker): RuntimeUnderTest['byHand'] {
  return {
    pause: (id) => docker.getContainer(id).pause(),
    stop: (id) => docker.getContainer(id).stop({ t: 5 }),
    update: (id) =>
      docker
        .getContainer(id)
        .update({ CpuShares: 512, Memory: 64 * 2 ** 20, MemorySwap: 128 * 2 ** 20, RestartPolicy: { Name: 'no' } }),
    disconnect: (id, network) => docker.getNetwork(network).disconnect({ Container: id }),
    createNetwork: async (name, labels) =>
      (await docker.createNetwork({ Name: name, Labels: labels, CheckDuplicate: false })).id,
    removeNetwork: (id) => docker.getNetwork(id).remove(),
    commit: async (id) => {
      const [repo, tag] = COMMITTED.split(':');
      const { Id } = (await docker.getContainer(id).commit({ repo, tag })) as { Id: string };
      return Id;
    },
    aliasesOn: async (id, network) => {
      const { NetworkSettings } = await docker.getContainer(id).inspect();
      const on = Object.values(NetworkSettings.Networks).find(({ NetworkID }) => NetworkID === network);
      return ((on?.Aliases ?? []) as string[]).filter((alias) => !id.startsWith(alias));
    },
    volumesOf: async (id) => {
      const { Mounts } = await docker.getContainer(id).inspect();
      return Mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : []));
    },
  };
}

/** Also what a run left that was cut off. */
async function removeAll(docker: Docker): Promise<void> {
  const ours = (name: string) => name.replace(/^\//, '').startsWith(`${PREFIX}-`);
  const containers = (await docker.listContainers({ all: true })).filter(({ Names }) => Names.some(ours));
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = (await docker.listNetworks()).filter(({ Name }) => ours(Name));
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
  const { Volumes } = await docker.listVolumes();
  await Promise.all(Volumes.filter(({ Name }) => ours(Name)).map(({ Name }) => docker.getVolume(Name).remove()));
}

jest.setTimeout(60_000);
containerRuntimeContract(make);
