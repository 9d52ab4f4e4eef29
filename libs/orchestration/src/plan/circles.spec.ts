import { whoLetsGo } from './circles';

const waits = (text: string) =>
  new Map(text.split(' ').map((chain) => [chain[0]!, new Set(chain.slice(2))] as [string, Set<string>]));

it.each([
  ['a>b', []],
  ['a>b b>c', []],
  ['a>b b>a', ['a']],
  ['b>a a>b', ['a']],
  ['c>b b>a a>c', ['a']],
  ['a>b b>c c>b', ['b']],
  ['a>b b>a c>d d>c', ['a', 'c']],
  // Both circles go through b; the first one to let go is not enough for the second.
  ['a>b b>ac c>b', ['a', 'b']],
  ['a>bc b>a c>a', ['a']],
])('who lets go of %s: %j', (text, expected) => expect([...whoLetsGo(waits(text))]).toEqual(expected));
