import { digestOf } from './digest';

describe('a digest of generations', () => {
  const web = { name: 'web', generation: 3 };
  const db = { name: 'db', generation: 1 };

  it('does not depend on their order, nor on what else they carry', () =>
    expect(digestOf([{ ...web, deleted: true } as typeof web, db])).toBe(digestOf([db, web])));

  it('differs with every name and generation', () => {
    const digests = [[], [web], [db], [web, db], [{ ...web, generation: 4 }, db], [{ ...web, name: 'web3' }]].map(
      digestOf,
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('is the same in every version: neighbours compare it', () =>
    expect(digestOf([web, db])).toBe('7bb6b7fe73e26c46b3c4b1ff4583c4dc1b5734131e98b6dec50aa4603b27a6e4'));
});
