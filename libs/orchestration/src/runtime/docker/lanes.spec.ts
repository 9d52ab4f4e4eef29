import { Lanes } from './lanes';

describe('lanes', () => {
  it('let so many things go on at once, and all in the end, failures too', async () => {
    const lanes = new Lanes(3);
    let now = 0;
    let most = 0;
    const wave = () =>
      Promise.allSettled(
        Array.from({ length: 20 }, (_, n) =>
          lanes.run(async () => {
            most = Math.max(most, (now += 1));
            await new Promise(setImmediate);
            now -= 1;
            if (n % 5 === 0) throw new Error(`${n}`);
            return n;
          }),
        ),
      );
    const results = await wave();
    expect(most).toBe(3);
    await wave();
    expect(most).toBe(3);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(16);
    expect(await lanes.run(() => Promise.resolve('again'))).toBe('again');
  });
});
