import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AppGeneration } from '../generation';
import type { AppSpec } from './app-spec.noun';
import { appSpecs } from './app-spec.arbitrary';
import { DEFAULTS } from './defaults';
import { fullDocument, sparse } from './documents';
import { parseAppSpec } from './parse-app-spec';
import { settingsHash, settingsHashBy } from './settings-hash';

interface Entry {
  about: string;
  hash: string;
  /** All of them have this hash. */
  apps: { spec: AppSpec; bornAt: number; restartedAt: number }[];
}
/** Grown with each field, never edited: an entry that fails means that an upgrade would replace people's containers. */
const entries = JSON.parse(readFileSync(join(__dirname, 'settings-hashes.json'), 'utf8')) as Entry[];

const generation = (spec: AppSpec | undefined, life: Partial<AppGeneration> = {}): AppGeneration => ({
  name: 'web',
  generation: 7,
  deleted: spec === undefined,
  createdAt: '2024-01-01T00:00:00.000Z',
  updatedAt: '2024-01-01T00:00:00.000Z',
  actor: 'nebula',
  spec,
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
  ...life,
});
const base: AppSpec = { name: 'web', image: 'web:1' };
const hash = (fields: Partial<AppSpec>, life?: Partial<AppGeneration>) =>
  settingsHash(generation({ ...base, ...fields }, life));

/** Changes of these make no new containers; those of `stop` make none where the first form judges. */
const IN_FORCE_WITHOUT: readonly string[] = ['running', 'containersPer', 'rolling'];
const HASHED = Object.keys(DEFAULTS).filter((field) => !IN_FORCE_WITHOUT.includes(field));
const HASHED_BY_FORM = [1, 2].flatMap((form) =>
  HASHED.filter((field) => form > 1 || field !== 'stop').map((field) => [field, form] as const),
);
const formOf = (hash: string): number => Number(hash.split(':')[0]);

describe('the committed hashes', () => {
  it.each(entries)('stay what they were: $about', ({ hash: committed, apps }) => {
    for (const { spec, ...life } of apps) {
      expect(settingsHashBy(formOf(committed), generation(parseAppSpec(spec), life))).toBe(committed);
      expect(settingsHashBy(formOf(committed), generation(spec, life))).toBe(committed);
    }
  });

  it('differ from entry to entry', () => expect(new Set(entries.map((entry) => entry.hash)).size).toBe(entries.length));

  it.each(HASHED_BY_FORM)('have an entry for %s alone, in form %i', (field, form) => {
    const alone = entries.filter(
      ({ hash: committed, apps }) =>
        formOf(committed) === form &&
        apps.some(({ spec }) => Object.keys(spec).sort().join() === ['name', 'image', field].sort().join()),
    );
    expect(alone).not.toEqual([]);
  });
});

describe('the hash of the settings', () => {
  it('names its form', () => expect(hash({})).toMatch(/^2:[0-9a-f]{32}$/));

  it.each<Partial<AppSpec>>([
    { running: false },
    { containersPer: { cpu: 2 } },
    { rolling: { maxUnavailable: 1 } },
    { stop: { signal: null, graceSeconds: 10 } },
    { pullPolicy: 'never' },
    { name: 'other' },
    { image: 'docker.io/library/web:1' },
    { command: [] },
    { healthCheck: { test: [], retries: 0 } },
  ])('is not changed by %j', (fields) => expect(hash(fields)).toBe(hash({})));

  it('is not changed by other generations, only by a restart and a new life', () => {
    expect(hash({}, { generation: 9, pulledAt: 9, updatedAt: 'later', actor: 'x' })).toBe(hash({}));
    expect(hash({}, { restartedAt: 9 })).not.toBe(hash({}));
    expect(hash({}, { bornAt: 9 })).not.toBe(hash({}));
    expect(hash({}, { bornAt: 9 })).not.toBe(hash({}, { restartedAt: 9 }));
  });

  it('depends on the order of a list only where Docker does', () => {
    const reversed: Partial<AppSpec>[] = [
      { ports: [1, 2] },
      { volumes: ['/a', '/b'] },
      { devices: ['/dev/a', '/dev/b'] },
      { capAdd: ['CHOWN', 'KILL'] },
      { tmpfs: ['/a', '/b'] },
    ];
    for (const fields of reversed) {
      const back = Object.fromEntries(
        Object.entries(fields).map(([field, list]) => [field, (list as []).toReversed()]),
      );
      expect(hash(back)).toBe(hash(fields));
    }
    expect(hash({ env: { A: '1', B: '2' } })).toBe(hash({ env: { B: '2', A: '1' } }));
    expect(hash({ networks: ['a', 'b'] })).not.toBe(hash({ networks: ['b', 'a'] }));
    expect(hash({ networks: ['a', 'b', 'c'] })).toBe(hash({ networks: ['a', 'c', 'b'] }));
    expect(hash({ extraHosts: ['a:1.1.1.1', 'b:1.1.1.1'] })).toBe(hash({ extraHosts: ['b:1.1.1.1', 'a:1.1.1.1'] }));
    expect(hash({ extraHosts: ['a:1.1.1.1', 'a:::1'] })).not.toBe(hash({ extraHosts: ['a:::1', 'a:1.1.1.1'] }));
    expect(hash({ command: ['a', 'b'] })).not.toBe(hash({ command: ['b', 'a'] }));
  });

  it('is the same for every way to write one app', () =>
    fc.assert(
      fc.property(appSpecs, (spec) => {
        const expected = settingsHash(generation(spec));
        expect(settingsHash(generation(sparse(spec)))).toBe(expected);
        expect(settingsHash(generation(fullDocument(spec)))).toBe(expected);
      }),
    ));

  it('is changed by how containers are asked to end, however the signal is written', () => {
    const ends = [{}, { signal: 'KILL' }, { signal: 'TERM' }, { graceSeconds: 9 }, { signal: 'TERM', graceSeconds: 9 }];
    expect(new Set(ends.map((stop) => hash({ stop }))).size).toBe(ends.length);
    for (const signal of ['SIGTERM', 'term', '15'])
      expect(hash({ stop: { signal } })).toBe(hash({ stop: { signal: 'TERM' } }));
  });

  it('by the first form knows nothing of how containers end, and takes lists as they are written', () => {
    const first = (fields: Partial<AppSpec>) => settingsHashBy(1, generation({ ...base, ...fields }));
    expect(first({ stop: { signal: 'KILL', graceSeconds: 1 } })).toBe(first({}));
    expect(first({ networks: ['a', 'b', 'c'] })).not.toBe(first({ networks: ['a', 'c', 'b'] }));
    expect(first({ extraHosts: ['a:::1', 'b:::1'] })).not.toBe(first({ extraHosts: ['b:::1', 'a:::1'] }));
  });

  it.each([1, 2])('in form %i is the same for every way to write an address, and another for another one', (form) => {
    const by = (hostIp?: string | null) =>
      settingsHashBy(form, generation({ ...base, ports: [{ host: 80, container: 80, hostIp }] }));
    expect(by('2001:DB8:0:0:0:0:0:1')).toBe(by('2001:db8::1'));
    expect(by(null)).toBe(settingsHashBy(form, generation({ ...base, ports: [80] })));
    const all = [undefined, '0.0.0.0', '::', '127.0.0.1', '::1', '2001:db8::1'];
    expect(new Set(all.map(by)).size).toBe(all.length);
  });

  it('is there for an image or a signal that a newer version wrote and this one cannot read', () => {
    expect(hash({ image: 'oci+tomorrow://web' })).not.toBe(hash({}));
    expect(hash({ stop: { signal: 'TOMORROW' } })).not.toBe(hash({}));
  });

  it('by a form that is not known, or of a tombstone, there is none', () => {
    expect(settingsHashBy(3, generation(base))).toBeUndefined();
    expect(settingsHashBy(1, generation(undefined))).toBeUndefined();
    expect(settingsHash(generation(undefined))).toBe('2:');
  });
});
