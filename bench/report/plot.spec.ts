import { svgOf } from './plot';
import { linearScale, logScale } from './scale';

const PLACE = { from: 0, to: 100 };

describe('a scale', () => {
  test('of logarithms puts equal ratios at equal distances', () => {
    const { at, ticks } = logScale([1, 10, 100], PLACE);
    expect([1, 10, 100].map(at)).toEqual([0, expect.closeTo(50), 100]);
    expect(ticks).toEqual([1, 2, 5, 10, 20, 50, 100].map((tick) => expect.closeTo(tick)));
  });

  test('of logarithms marks nothing outside of the values', () => {
    expect(logScale([25, 400], PLACE).ticks).toEqual([50, 100, 200].map((tick) => expect.closeTo(tick)));
    expect(logScale([7], PLACE).at(7)).toBe(0);
  });

  test('that is linear goes from zero to a round number above all values', () => {
    const { at, ticks } = linearScale([3, 47], PLACE);
    expect(ticks).toEqual([0, 10, 20, 30, 40, 50]);
    expect([0, 25, 50].map(at)).toEqual([0, 50, 100]);
  });

  test('of nothing but zeroes is still one', () => {
    expect(linearScale([0, 0], PLACE).at(0)).toBe(0);
  });

  test('may run downwards, as a picture does', () => {
    expect(linearScale([10], { from: 350, to: 40 }).at(10)).toBe(40);
  });
});

describe('a picture', () => {
  const plot = {
    title: 'Plans < "5 ms" & more',
    x: { title: 'apps', log: true },
    y: { title: 'ms', log: true },
    lines: [
      { label: 'ours', points: [[1, 1] as [number, number], [10, 10] as [number, number]] },
      { label: '<theirs>', points: [[1, 2] as [number, number], [10, 20] as [number, number]] },
    ],
  };

  test('has a line and a legend for each', () => {
    const svg = svgOf(plot);
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    expect(svg.match(/<circle /g)).toHaveLength(4);
    expect(svg).toContain('>ours</text>');
    expect(svg).toContain('>5</text>');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('escapes what people wrote', () => {
    const svg = svgOf(plot);
    expect(svg).toContain('<title>Plans &lt; &quot;5 ms&quot; &amp; more</title>');
    expect(svg).toContain('>&lt;theirs&gt;</text>');
  });
});
