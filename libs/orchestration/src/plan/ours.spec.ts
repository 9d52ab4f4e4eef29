import { LABELS, markLabel, ownershipLabels } from '@nebula/domain';
import * as fc from 'fast-check';
import type { ObservedContainer } from '../runtime';
import { oursOf, proofOf, type Remembered } from './ours';
import { readLabels } from './owned-container';

const MADE = Date.UTC(2030, 0, 1);
const life = { bornAt: 1, restartedAt: 0 };
const owner = { installation: 'shop', store: 's', app: 'web', generation: 3, ordinal: 1, settings: '1:a', life };
const unmarked = ownershipLabels(owner);
const marked = { ...unmarked, ...markLabel(MADE) };
const nothing: Remembered = { isOwn: () => false, knowsOrigin: () => false };

/** @param late how long after its mark the Engine made it, ms */
function container(id: string, late: number, labels: Record<string, string> = marked): ObservedContainer {
  const createdAt = Number.isNaN(late) ? 'yesterday' : new Date(MADE + late).toISOString();
  const limits = { nanoCpus: 0, memory: 0, restartPolicy: 'no', others: [] };
  const plain = { image: 'web:1', imageId: 'i', ports: [], networks: [], restartCount: 0, limits };
  return { ...plain, id, name: id, state: 'running', labels, createdAt };
}

/** What a host knows that took these for its own before. */
function knowing(...own: ObservedContainer[]): Remembered {
  const origins = new Map(own.map((each) => [each.id, readLabels(each)!.origin]));
  return { isOwn: (id) => origins.has(id), knowsOrigin: (origin) => [...origins.values()].includes(origin) };
}

function sorted(containers: ObservedContainer[], remembered = nothing): { own: string[]; copies: string[] } {
  const { own, copies } = oursOf(containers, 'shop', remembered);
  return { own: own.map(({ id }) => id), copies: copies.map(({ id }) => id) };
}

describe('a container with our labels, to a host that lost its file', () => {
  it.each([-5000, -1, 0, 250, 60_000])('is ours when it was made %d ms after its mark', (late) => {
    expect(sorted([container('a', late)])).toEqual({ own: ['a'], copies: [] });
  });

  it.each([-5001, 60_001, 86_400_000, NaN])('is a copy when it was made %d ms after its mark', (late) => {
    expect(sorted([container('a', late)])).toEqual({ own: [], copies: ['a'] });
  });

  it('is a copy with a mark that nobody can read', () => {
    expect(sorted([container('a', 0, { ...marked, [LABELS.made]: 'now' })])).toEqual({ own: [], copies: ['a'] });
  });

  it('is a copy beside an older one with the same mark, in whatever order they are listed', () => {
    const [first, second] = [container('z', 0), container('a', 1)];
    for (const listed of [
      [first, second],
      [second, first],
    ]) {
      expect(sorted(listed)).toEqual({ own: ['z'], copies: ['a'] });
    }
  });

  it('is told from another one of the same thousandth of a second', () => {
    const [first, second] = ['2030-01-01T00:00:00.1234Z', '2030-01-01T00:00:00.12345Z'].map((createdAt, n) => ({
      ...container(`b${n}`, 0),
      createdAt,
    }));
    expect(sorted([second!, first!])).toEqual({ own: ['b0'], copies: ['b1'] });
    const same = [container('b', 0), container('a', 0)];
    expect(sorted(same)).toEqual({ own: ['a'], copies: ['b'] });
  });

  it('is ours beside another one that we made in the same instant', () => {
    const second = { ...ownershipLabels({ ...owner, ordinal: 2 }), ...markLabel(MADE) };
    expect(sorted([container('a', 0), container('b', 0, second)]).own).toEqual(['a', 'b']);
  });

  it('is ours without a mark, from before there were marks', () => {
    expect(sorted([container('a', 1e9, unmarked), container('b', 2e9, unmarked)]).own).toEqual(['a', 'b']);
  });

  it('is not ours by labels that its image has by itself', () => {
    const run = { ...container('a', 1e9, unmarked), imageLabels: unmarked };
    expect(sorted([run])).toEqual({ own: [], copies: ['a'] });
  });

  it('is ours when we made it of such an image', () => {
    const imageLabels = ownershipLabels({ ...owner, generation: 2 });
    expect(sorted([{ ...container('a', 1e9, unmarked), imageLabels }]).own).toEqual(['a']);
    expect(sorted([{ ...container('b', 0), imageLabels: unmarked }]).own).toEqual(['b']);
  });

  it('is nothing to us of another installation, or without what makes it ours', () => {
    const others = [{ ...marked, [LABELS.installation]: 'other' }, { ...marked, [LABELS.app]: '' }, {}];
    expect(sorted(others.map((labels, n) => container(String(n), 0, labels)))).toEqual({ own: [], copies: [] });
  });
});

describe('a container with our labels, to a host that has its file', () => {
  it('is ours when the host knows it, however late the Engine made it', () => {
    const late = container('a', 1e9);
    expect(sorted([late], knowing(late)).own).toEqual(['a']);
  });

  it.each([
    ['with a mark', marked],
    ['without one', unmarked],
  ])('is a copy of one that it knows, made at once, also when that one is gone: %s', (_, labels) => {
    const [original, copy] = [container('a', 0, labels), container('b', 1, labels)];
    expect(sorted([original, copy], knowing(original))).toEqual({ own: ['a'], copies: ['b'] });
    expect(sorted([copy], knowing(original))).toEqual({ own: [], copies: ['b'] });
  });
});

describe('whoever copies what, when and how often', () => {
  const age = fc.integer({ min: -5000, max: 60_000 });
  const copies = fc.array(fc.integer({ min: 1, max: 1e9 }), { maxLength: 5 });

  it('the one that we made is ours and no other, with the file and without', () => {
    fc.assert(
      fc.property(age, copies, fc.boolean(), fc.boolean(), (late, laters, file, front) => {
        const original = container('m', late);
        const others = laters.map((later, n) => container(`${front ? 'a' : 'z'}${n}`, late + later));
        const listed = front ? [...others, original] : [original, ...others];
        const found = sorted(listed, file ? knowing(original) : nothing);
        expect(found.own).toEqual(['m']);
        expect(found.copies).toHaveLength(others.length);
      }),
    );
  });
});

describe('why a container was taken for ours', () => {
  it.each([
    ['its mark', container('a', 0), nothing, 'its mark (2030-01-01T00:00:00.000Z)'],
    ['labels alone', container('a', 0, unmarked), nothing, 'its labels, which have no mark yet'],
    ['the file alone', container('a', 1e9), knowing(container('a', 0)), "the worker's file"],
    [
      'the file and its mark',
      container('a', 0),
      knowing(container('a', 0)),
      "the worker's file and its mark (2030-01-01T00:00:00.000Z)",
    ],
  ])('is told: %s', (_, one, remembered, told) => {
    expect(proofOf(one, remembered)).toBe(told);
  });
});
