import type { ObservedContainer } from '../observed';
import { asList, asRecord, asText, asTextList, type Raw } from './raw';

/** What Docker names a volume that nobody gave a name. */
const NAMELESS = /^[0-9a-f]{64}$/;

/**
 * The volumes that an inspect answer tells of. What an app names is a bind: an anonymous volume has none, also one that was
 * taken over from an earlier container.
 */
export function toVolumes(raw: Raw): Pick<ObservedContainer, 'volumes'> {
  const binds = asTextList(asRecord(raw.HostConfig).Binds).map((bind) => bind.split(':')[1]);
  const volumes = asList(raw.Mounts)
    .map(asRecord)
    .filter(({ Type }) => Type === 'volume')
    .map(({ Name, Destination }) => ({ name: asText(Name), target: asText(Destination) }))
    .filter(({ name, target }) => name !== '' && target !== '')
    .map((volume) => ({ ...volume, anonymous: NAMELESS.test(volume.name) && !binds.includes(volume.target) }));
  // An answer has them in another order each time.
  return volumes.length > 0 ? { volumes: volumes.sort((a, b) => (a.target < b.target ? -1 : 1)) } : {};
}
