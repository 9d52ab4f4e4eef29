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

/** Changes of these make no new containers. */
const IN_FORCE_WITHOUT: readonly string[] = ['running', 'containersPer', 'rolling', 'stop'];
const HASHED = Object.keys(DEFAULTS).filter((field) => !IN_FORCE_WITHOUT.includes(field));

describe('the committed hashes', () => {
  it.each(entries)('stay what they were: $about', ({ hash: committed, apps }) => {
    for (const { spec, ...life } of apps) {
      expect(settingsHash(generation(parseAppSpec(spec), life))).toBe(committed);
      expect(settingsHashBy(1, generation(spec, life))).toBe(committed);
    }
  });

  it('differ from entry to entry', () => expect(new Set(entries.map((entry) => entry.hash)).size).toBe(entries.length));

  it.each(HASHED)('have an entry for %s alone', (field) => {
    const alone = entries.filter(({ apps }) =>
      apps.some(({ spec }) => Object.keys(spec).sort().join() === ['name', 'image', field].sort().join()),
    );
    expect(alone).not.toEqual([]);
  });
});

describe('the hash of the settings', () => {
  it('names its form', () => expect(hash({})).toMatch(/^1:[0-9a-f]{32}$/));

  it.each<Partial<AppSpec>>([
    { running: false },
    { containersPer: { cpu: 2 } },
    { rolling: { maxUnavailable: 1 } },
    { stop: { signal: 'KILL', graceSeconds: 1 } },
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

  it('is there for an image that a newer version wrote and this one cannot read', () =>
    expect(hash({ image: 'oci+tomorrow://web' })).not.toBe(hash({})));

  it('by a form that is not known, or of a tombstone, there is none', () => {
    expect(settingsHashBy(2, generation(base))).toBeUndefined();
    expect(settingsHashBy(1, generation(undefined))).toBeUndefined();
    expect(settingsHash(generation(undefined))).toBe('1:');
  });
});
