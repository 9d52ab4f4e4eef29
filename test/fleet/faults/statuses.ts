import type { Counts } from './documents';
import type { Scene } from './scene';

/** A worker goes on to tell how many bad messages it refused: that is no wrong of now. */
const COUNTED = 'bad-messages';

/** What the API tells wrong of hosts that are all right. */
export async function statusDifferences({ client, record, hosts }: Scene): Promise<string[]> {
  const known = await client.hosts();
  const ofHosts = known.flatMap(({ id, silent, problems }) => [
    ...(silent ? [`${id} is silent`] : []),
    ...problems.filter(({ code }) => code !== COUNTED).map(({ code, detail }) => `${id}: ${code}: ${detail}`),
  ]);
  const count = known.length === hosts.length ? [] : [`${known.length} hosts are known, and there are ${hosts.length}`];
  const ofApps = await Promise.all(
    record.living.map(async ({ name }) => sayCounts(name, await client.counts(name), hosts.length)),
  );
  return [...ofHosts, ...count, ...ofApps.flat()];
}

function sayCounts(app: string, counts: Counts | undefined, hosts: number): string[] {
  const isRight = counts?.hosts === hosts && counts.converged === hosts;
  return isRight ? [] : [`${app}: ${JSON.stringify(counts)}`];
}
