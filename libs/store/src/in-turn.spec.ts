import { InTurn } from './in-turn';

describe('tasks in turn', () => {
  it('must run one after the other for one key, in order, also after one that failed', async () => {
    const turns = new InTurn();
    const seen: string[] = [];
    const task = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      if (name === 'a') throw new Error('a failed');
      seen.push(`${name} ends`);
      return name;
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.run('key', task(name))));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('must run side by side for different keys', async () => {
    const turns = new InTurn();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = turns.run('a', () => promise);
    await expect(turns.run('b', async () => 'done')).resolves.toBe('done');
    resolve();
    await waiting;
  });
});
