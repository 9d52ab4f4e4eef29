import { ByteBudget } from './byte-budget';

/** Work that ends when it is told. */
function workOf(budget: ByteBudget, log: string[]) {
  return (name: string, bytes: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const done = budget.spend(bytes, () => {
      log.push(name);
      return promise;
    });
    return { done, end: () => resolve(name), fail: () => reject(new Error(name)) };
  };
}

describe('a budget of bytes', () => {
  let log: string[];
  let start: ReturnType<typeof workOf>;
  beforeEach(() => {
    log = [];
    start = workOf(new ByteBudget(10), log);
  });

  it('lets work begin while there is room, and the next when some ended, in order', async () => {
    const [a, b, c, d] = [start('a', 4), start('b', 6), start('c', 5), start('d', 1)];
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    a.end();
    await expect(a.done).resolves.toBe('a');
    // It would have room, and is not its turn.
    expect(log).toEqual(['a', 'b']);
    b.end();
    await b.done;
    await Promise.resolve();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    c.end();
    d.end();
    await Promise.all([c.done, d.done]);
  });

  it('does what is larger than itself alone', async () => {
    const [large, small] = [start('large', 100), start('small', 1)];
    await Promise.resolve();
    expect(log).toEqual(['large']);
    large.end();
    await large.done;
    await Promise.resolve();
    expect(log).toEqual(['large', 'small']);
    small.end();
    await small.done;
  });

  it('has the room again after a failure', async () => {
    const [bad, good] = [start('bad', 10), start('good', 10)];
    await Promise.resolve();
    bad.fail();
    await expect(bad.done).rejects.toThrow('bad');
    good.end();
    await expect(good.done).resolves.toBe('good');
  });
});
