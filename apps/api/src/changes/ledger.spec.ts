import type { GroupGeneration } from '@nebula/domain';
import type { GenerationStore } from '@nebula/store';
import { Ledger } from './ledger';

const generation = (n: number): GroupGeneration => ({
  name: 'g',
  generation: n,
  deleted: false,
  createdAt: '',
  updatedAt: '',
  actor: '',
  apps: [],
});

/** A store in which others are faster, so many times. */
function contendedStore(losses: number) {
  let newest: GroupGeneration | undefined;
  const prune = jest.fn(async () => undefined);
  const store = {
    newest: async () => newest,
    append: async (next: GroupGeneration) => {
      if (losses-- > 0) newest = generation((newest?.generation ?? 0) + 1);
      if (next.generation !== (newest?.generation ?? 0) + 1) return false;
      newest = next;
      return true;
    },
    prune,
  } as unknown as GenerationStore<GroupGeneration>;
  return { store, prune };
}

const allowed = () => Promise.resolve();
const next = (newest: GroupGeneration | undefined) => generation((newest?.generation ?? 0) + 1);

describe('a change', () => {
  it('must be decided again on the newest generation whenever another was stored first', async () => {
    const { store } = contendedStore(3);
    const decide = jest.fn(next);
    const { stored, before } = await new Ledger(store, allowed).change('g', decide);
    expect([stored.generation, before?.generation]).toEqual([4, 3]);
    expect(decide).toHaveBeenCalledTimes(4);
  });

  it('must give up at some time, as a part that is needed being away', async () => {
    const { store } = contendedStore(Infinity);
    await expect(new Ledger(store, allowed).change('g', next)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('must not be stored when the decision is no', async () => {
    const { store } = contendedStore(0);
    const ledger = new Ledger(store, allowed);
    await expect(ledger.change('g', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await ledger.change('g', next)).stored.generation).toBe(1);
  });

  it('must not be decided nor stored where none may be made', async () => {
    const { store } = contendedStore(0);
    const decide = jest.fn(next);
    const forbidden = new Ledger(store, () => Promise.reject(new Error('other store')));
    await expect(forbidden.change('g', decide)).rejects.toThrow('other store');
    expect([decide.mock.calls.length, await store.newest('g')]).toEqual([0, undefined]);
  });

  it('must succeed although pruning fails', async () => {
    const { store, prune } = contendedStore(0);
    prune.mockRejectedValue(new Error('away') as never);
    const ledger = new Ledger(store, allowed);
    for (let i = 0; i < 139; i++) await ledger.change('g', next);
    expect(prune.mock.calls).toEqual([['g', 100]]);
    for (let i = 0; i < 2; i++) await ledger.change('g', next);
    expect(prune).toHaveBeenCalledTimes(2);
  });
});
