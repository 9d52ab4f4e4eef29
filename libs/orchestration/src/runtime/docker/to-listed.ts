import type { ContainerHealth } from '@nebula/domain';
import type { Listed } from '../listed';
import { asText, asTextList, type Raw } from './raw';
import { networksOf, stateOf } from './to-observed';

const HEALTH = /\((?:health: )?(starting|healthy|unhealthy)\)$/;
const EXIT_CODE = /^(?:Exited|Restarting) \((\d+)\)/;

/** What an entry of Docker's list of containers says. Health and exit code are in its words for people only. */
export function toListed(entry: Raw): Listed {
  const state = stateOf(entry.State);
  const status = asText(entry.Status);
  const health = HEALTH.exec(status)?.[1] as ContainerHealth | undefined;
  const exitCode = EXIT_CODE.exec(status)?.[1];
  return {
    name: nameOf(asTextList(entry.Names)),
    imageId: asText(entry.ImageID),
    state,
    ...(state === 'running' && health && { health }),
    ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    networks: networksOf(entry).map(([name, endpoint]) => ({ id: asText(endpoint.NetworkID), name })),
  };
}

/** Its own name has one slash; links of others have more: `/other/alias`. */
function nameOf(names: readonly string[]): string {
  return names.find((name) => name.lastIndexOf('/') === 0)?.slice(1) ?? '';
}
