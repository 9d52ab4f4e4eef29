import { Gate } from './gate';

describe('a gate', () => {
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };

  it('lets so many through at a time, the others in the order in which they came', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const all = ends.map((end, index) =>
      gate.through(async () => {
        begun.push(index);
        await end.promise;
        return index;
      }),
    );
    await turns();
    expect(begun).toEqual([0, 1]);
    ends[1]!.resolve();
    await turns();
    expect(begun).toEqual([0, 1, 2]);
    for (const end of ends) end.resolve();
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  });

  it('is free again after work that failed, at once or later', async () => {
    const gate = new Gate(1);
    const fail = (): Promise<void> => Promise.reject(new Error('failed'));
    const burst = (): Promise<void> => {
      throw new Error('burst');
    };
    await expect(gate.through(fail)).rejects.toThrow('failed');
    await expect(gate.through(burst)).rejects.toThrow('burst');
    expect(await gate.through(() => Promise.resolve('in'))).toBe('in');
  });
});
