import type { Model } from 'mongoose';
import { InTurn } from '../in-turn';
import { Deadline } from './deadline';
import { type Access, DocumentsOf } from './documents-of';

interface Numbered {
  _id: string;
}

/** A collection of which each insert ends when it is told to. */
function slowCollection() {
  const begun: { id: string; end: () => void }[] = [];
  const insertOne = ({ _id }: Numbered) => new Promise<void>((end) => begun.push({ id: _id, end }));
  const model = { collection: { insertOne } } as unknown as Model<Numbered>;
  return { model, begun };
}

const anyTime: Access = { assertOpen: () => undefined, inTurn: (write) => write() };

function oneByOne(): Access {
  const turns = new InTurn();
  return { ...anyTime, inTurn: (write) => turns.run('', write) };
}

describe('writes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('must wait for each other where they have to take turns, and nowhere else', async () => {
    for (const [access, first] of [
      [anyTime, ['a', 'b']],
      [oneByOne(), ['a']],
    ] as const) {
      const { model, begun } = slowCollection();
      const documents = new DocumentsOf(model, access);
      const writes = ['a', 'b'].map((_id) => documents.insert({ _id }, new Deadline(100)));
      await jest.advanceTimersByTimeAsync(1);
      expect(begun.map(({ id }) => id)).toEqual(first);
      begun[0]!.end();
      await jest.advanceTimersByTimeAsync(1);
      expect(begun.map(({ id }) => id)).toEqual(['a', 'b']);
      begun[1]!.end();
      await expect(Promise.all(writes)).resolves.toEqual([true, true]);
    }
  });

  it('must be certain never to be sent when their turn did not come in time', async () => {
    const { model, begun } = slowCollection();
    const documents = new DocumentsOf(model, oneByOne());
    const writes = ['a', 'b'].map((_id) => documents.insert({ _id }, new Deadline(100)));
    const outcomes = Promise.allSettled(writes);
    await jest.advanceTimersByTimeAsync(100);
    expect(await outcomes).toMatchObject([{ reason: { code: 'store-unknown' } }, { reason: { code: 'store-away' } }]);
    begun[0]!.end();
    await jest.advanceTimersByTimeAsync(1);
    expect(begun.map(({ id }) => id)).toEqual(['a']);
  });
});
