import { accepted, refused, type Parsed } from '../../parse/parsed';

const NAMES = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP ' +
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
  ).split(' '),
);
/** Docker names the real-time signals from both ends: RTMIN+15 is 49, RTMAX-14 is 50. */
const REAL_TIME = /^RT(?:MIN(?:\+(?:[1-9]|1[0-5]))?|MAX(?:-(?:[1-9]|1[0-4]))?)$/;
const NUMBER = /^(?:[1-9]|[1-5]\d|6[0-4])$/;

/** A signal of Linux, in any form that Docker takes. */
export function parseSignal(input: unknown): Parsed<string> {
  if (typeof input !== 'string') return refused('must be the name of a signal, or its number as a string');
  const name = input.toUpperCase().replace(/^SIG/, '');
  return NAMES.has(name) || REAL_TIME.test(name) || NUMBER.test(input)
    ? accepted(input)
    : refused('is not a signal that Docker knows');
}
