import { isFormerSelf, supersedes, takenOver } from './store-identity';

describe('the identity of a store', () => {
  it('supersedes another only by a take-over that came later', () => {
    const [one, two] = ['one', 'two'];
    const taken = takenOver(two, [one], 1000);
    expect([supersedes(one, two), supersedes(two, one), supersedes(one, one)]).toEqual([false, false, false]);
    expect([supersedes(taken, one), supersedes(one, taken)]).toEqual([true, false]);
    expect(taken).toBe('two~1000');
  });

  it('supersedes whoever is known, whatever the clock says', () => {
    const first = takenOver('one', [], 5000);
    const second = takenOver('two', ['three', first], 10);
    expect(second).toBe('two~5001');
    expect(takenOver(second, [], 10)).toBe('two~5002');
    expect(supersedes(second, first)).toBe(true);
  });

  it('knows its former selves from others', () => {
    expect([isFormerSelf('one', 'one~5'), isFormerSelf('one~4', 'one~5')]).toEqual([true, true]);
    expect([isFormerSelf('one~5', 'one~5'), isFormerSelf('one~6', 'one~5'), isFormerSelf('two', 'one~5')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each(['one~', 'one~0', 'one~x', 'one~1.5', 'one~01', `one~${'9'.repeat(17)}`])(
    'is %j: none that took over',
    (odd) => {
      expect(supersedes(odd, 'other')).toBe(false);
    },
  );
});
