import type { AppDocument } from '../fleet/faults/documents';
import { differencesOf } from '../fleet/faults/expectations';
import { FAULTS } from '../fleet/faults/kinds/all';
import { nameOf, orderOf } from '../fleet/faults/order';
import type { Seen } from '../fleet/faults/pictures';
import { endedByThemselves } from '../fleet/faults/processes';
import { Record } from '../fleet/faults/record';
import { unneeded } from '../fleet/faults/stillness';
import { Seeded } from './seeded';

const app = (change: Partial<AppDocument> = {}): AppDocument => ({
  name: 'web',
  generation: 3,
  image: 'web:1',
  running: true,
  env: { STEP: '1' },
  containersPer: { host: 1 },
  ports: [{ host: 8080, container: 80 }],
  ...change,
});
const seen = (change: Partial<Seen> = {}): Seen => ({
  id: 'one',
  name: 'web-1',
  image: 'web:1',
  env: ['PATH=/bin', 'STEP=1'],
  ports: '8080>80',
  running: true,
  startedAt: 'then',
  labels: { 'nebula.installation': 'fleet', 'nebula.app': 'web', 'nebula.ordinal': '1' },
  ...change,
});
const on = (...containers: Seen[]) => new Map([['edge-1', containers]]);
const NOBODY = { killedHosts: new Set<string>(), workers: new Set<string>(), apps: new Set<string>() };

describe('what must hold after a fault', () => {
  it.each<[string, Seen[]]>([
    ['is missing', []],
    ['is there twice', [seen(), seen({ id: 'two' })]],
    ['does not run', [seen({ running: false })]],
    ['has another image', [seen({ image: 'web:2' })]],
    ['has other variables', [seen({ env: ['STEP=0'] })]],
    ['has other ports', [seen({ ports: '8081>80' })]],
    ['is one more', [seen(), seen({ labels: { 'nebula.installation': 'fleet', 'nebula.app': 'gone' } })]],
  ])('is broken by a container that %s', (_, containers) => {
    expect(differencesOf(on(seen()), [app()])).toEqual([]);
    expect(differencesOf(on(...containers), [app()])).toHaveLength(1);
  });

  it('takes no notice of containers of others, and counts ports up', () => {
    const second = seen({ ports: '8081>80', labels: { ...seen().labels, 'nebula.ordinal': '2' } });
    const theirs = seen({ labels: { 'nebula.installation': 'another', 'nebula.app': 'web' } });
    expect(differencesOf(on(seen(), second, theirs), [app({ containersPer: { host: 2 } })])).toEqual([]);
  });

  it.each<[string, Seen[]]>([
    ['was removed', []],
    ['was made anew', [seen({ id: 'two' })]],
    ['was started again', [seen({ startedAt: 'now' })]],
    ['was renamed', [seen({ name: 'web-2' })]],
    ['was stopped', [seen({ running: false })]],
  ])('is broken by a container that %s without need', (_, containers) => {
    expect(unneeded(on(seen()), on(seen()), NOBODY)).toEqual([]);
    expect(unneeded(on(seen()), on(...containers), NOBODY)).toHaveLength(1);
    expect(unneeded(on(seen()), on(...containers), { ...NOBODY, apps: new Set(['web']) })).toEqual([]);
  });

  it('lets a killed host start the same containers again, and no others', () => {
    const killed = { ...NOBODY, killedHosts: new Set(['edge-1']) };
    expect(unneeded(on(seen()), on(seen({ startedAt: 'now' })), killed)).toEqual([]);
    expect(unneeded(on(seen()), on(seen({ id: 'two' })), killed)).toHaveLength(1);
  });

  it('is broken by an API that tells less, more, or something else than was accepted', () => {
    const record = new Record();
    record.acceptApp(app());
    record.acceptApp(app({ name: 'gone' }));
    record.acceptDeletion('gone', 4);
    expect(record.differences([app()], undefined)).toEqual([]);
    expect(record.differences([], undefined)).not.toEqual([]);
    expect(record.differences([app({ env: {} })], undefined)).not.toEqual([]);
    expect(record.differences([app({ generation: 2 })], undefined)).not.toEqual([]);
    expect(record.differences([app(), app({ name: 'gone' })], undefined)).not.toEqual([]);
    expect(record.differences([app(), app({ name: 'unknown' })], undefined)).not.toEqual([]);
  });

  it('is broken by a program that ended, or is another process, unless it was killed', () => {
    const before = new Map([['api-1', 1]]);
    expect(endedByThemselves(before, new Map([['api-1', 1]]), new Set())).toEqual([]);
    expect(endedByThemselves(before, new Map([['api-1', 2]]), new Set())).toHaveLength(1);
    expect(endedByThemselves(before, new Map([['api-1', 2]]), new Set(['api-1']))).toEqual([]);
    expect(endedByThemselves(before, new Map([['api-1', undefined]]), new Set(['api-1']))).toHaveLength(1);
  });

  it('is tried with every kind at rest and during changes, in an order that the seed brings again', () => {
    const order = (seed: number): string[] => orderOf(FAULTS, new Seeded(seed)).map(nameOf);
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
    expect(new Set(order(7)).size).toBe(2 * FAULTS.length);
  });
});
