import type { ContainerHealth, ContainerState } from '@nebula/domain';
import type { ObservedContainer, ObservedNetwork } from '../observed';
import { asList, asNumber, asRecord, asText, asTexts, type Raw } from './raw';
import { toLimits } from './to-limits';
import { toPorts } from './to-ports';
import { toVolumes } from './to-volumes';

const STATES: readonly string[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTHS: readonly string[] = ['starting', 'healthy', 'unhealthy'];
const NEVER = '0001-01-01T00:00:00Z';
const FULL_ID = /^[0-9a-f]{64}$/;

/**
 * What an inspect answer says of a container.
 * @param known the Engine's networks: a container that never started names its networks without their ids
 * @returns undefined when it says nothing that can be used
 */
export function toObserved(inspected: unknown, known: readonly ObservedNetwork[]): ObservedContainer | undefined {
  const raw = asRecord(inspected);
  const id = asText(raw.Id);
  if (id === '') return undefined;
  const state = asRecord(raw.State);
  const config = asRecord(raw.Config);
  return {
    id,
    name: asText(raw.Name).replace(/^\//, ''),
    image: asText(config.Image),
    imageId: asText(raw.Image),
    state: stateOf(state.Status, state.Running === true),
    ...toHealth(asRecord(state.Health)),
    labels: asTexts(config.Labels),
    ports: toPorts(raw),
    networks: toNetworks(raw, known),
    limits: toLimits(asRecord(raw.HostConfig)),
    ...toVolumes(raw),
    ...(typeof state.ExitCode === 'number' && { exitCode: state.ExitCode }),
    ...(state.OOMKilled === true && { oomKilled: true }),
    ...(asText(state.Error) && { error: asText(state.Error) }),
    ...time('startedAt', state.StartedAt),
    ...time('finishedAt', state.FinishedAt),
    restartCount: asNumber(raw.RestartCount),
    createdAt: asText(raw.Created),
  };
}

/** @returns whether `toObserved` needs the Engine's networks to read this answer. */
export function needsNetworks(inspected: unknown): boolean {
  return networksOf(asRecord(inspected)).some(([, endpoint]) => asText(endpoint.NetworkID) === '');
}

/** @returns a state of Docker's; `exited` for one that only a newer Engine knows, unless that says that it runs */
export function stateOf(word: unknown, running = false): ContainerState {
  const state = asText(word);
  if (STATES.includes(state)) return state as ContainerState;
  return running ? 'running' : 'exited';
}

function toHealth(health: Raw): Pick<ObservedContainer, 'health' | 'healthOutput'> {
  const status = asText(health.Status);
  if (!HEALTHS.includes(status)) return {};
  if (status !== 'unhealthy') return { health: status as ContainerHealth };
  const failed = asList(health.Log)
    .map(asRecord)
    .findLast((probe) => asNumber(probe.ExitCode) !== 0);
  return { health: 'unhealthy', healthOutput: asText(failed?.Output) };
}

function toNetworks(raw: Raw, known: readonly ObservedNetwork[]): { id: string; name: string }[] {
  const mode = asText(asRecord(raw.HostConfig).NetworkMode);
  return networksOf(raw).map(([name, endpoint]) => ({
    id: asText(endpoint.NetworkID) || idByName(name, mode, known),
    name,
  }));
}

/**
 * Before the first start Docker tells names only. With the network gone that the container was made for, none can be
 * told: it will never start.
 */
function idByName(name: string, mode: string, known: readonly ObservedNetwork[]): string {
  const byId = known.find((network) => network.id === mode);
  if (byId?.name === name) return byId.id;
  if (FULL_ID.test(mode) && !byId) return '';
  const [first] = known.flatMap((network) => (network.name === name ? network.id : [])).sort();
  return first ?? '';
}

/** By name, what an answer says of a container's part in it; in a list as in an answer about one. */
export function networksOf(raw: Raw): [string, Raw][] {
  const networks = asRecord(asRecord(raw.NetworkSettings).Networks);
  return Object.entries(networks).map(([name, endpoint]) => [name, asRecord(endpoint)]);
}

function time<K extends string>(name: K, value: unknown): { [key in K]?: string } {
  const text = asText(value);
  return (text === '' || text === NEVER ? {} : { [name]: text }) as { [key in K]?: string };
}
