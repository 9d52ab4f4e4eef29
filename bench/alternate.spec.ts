import { Progress } from '../test/fleet/sim/progress';
import { alternate, bar } from './alternate';

test('takes a sample of each in turn', async () => {
  const order: string[] = [];
  const sampler = (name: string) => () => order.push(name);
  const taken = await alternate(new Progress(undefined), 'letters', 2, [sampler('A'), sampler('B')]);
  expect(order).toEqual(['A', 'B', 'A', 'B']);
  expect(taken).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

test('a bar is as full as the work is done', () => {
  expect(bar(0, 4)).toMatch(/^\[\.{30}\] 0 of 4$/);
  expect(bar(2, 4)).toMatch(/^\[#{15}\.{15}\] 2 of 4$/);
  expect(bar(4, 4)).toMatch(/^\[#{30}\] 4 of 4$/);
});
