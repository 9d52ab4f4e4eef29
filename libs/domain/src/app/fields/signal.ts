import { accepted, refused, type Parsed } from '../../parse/parsed';

/** In the order of their numbers, from 1. */
const NAMES = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG ' +
  'XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...NAMES.map((name, index) => [name, index + 1] as const),
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
]);
/** Docker names the real-time signals from both ends: RTMIN+15 is 49, RTMAX-14 is 50. */
const REAL_TIME = /^RT(?:MIN(?:\+(?<up>[1-9]|1[0-5]))?|MAX(?:-(?<down>[1-9]|1[0-4]))?)$/;
const FIRST_REAL_TIME = 34;
const LAST_REAL_TIME = 64;
const NUMBER = /^(?:[1-9]|[1-5]\d|6[0-4])$/;

/** A signal of Linux, in any form that Docker takes. */
export function parseSignal(input: unknown): Parsed<string> {
  if (typeof input !== 'string') return refused('must be the name of a signal, or its number as a string');
  return signalNumber(input) === undefined ? refused('is not a signal that Docker knows') : accepted(input);
}

/** What `SIGTERM`, `term` and `15` have in common; undefined: it is no signal. */
export function signalNumber(signal: string): number | undefined {
  if (NUMBER.test(signal)) return Number(signal);
  const name = signal.toUpperCase().replace(/^SIG/, '');
  return NUMBERS.get(name) ?? realTimeNumber(name);
}

function realTimeNumber(name: string): number | undefined {
  const found = REAL_TIME.exec(name);
  if (!found) return undefined;
  const { up = 0, down = 0 } = { ...found.groups };
  return name.startsWith('RTMIN') ? FIRST_REAL_TIME + Number(up) : LAST_REAL_TIME - Number(down);
}
