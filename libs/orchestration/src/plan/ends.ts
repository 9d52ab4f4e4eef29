import type { LastEnd } from './history';
import type { OwnedContainer } from './owned-container';
import type { Verdict } from './plan';
import { MOST_MS } from './restarts';

/** Linux' numbers of the signals that end programs. */
const SIGNALS: Readonly<Record<number, string>> = {
  ...{ 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 5: 'SIGTRAP', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE' },
  ...{ 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM', 24: 'SIGXCPU', 25: 'SIGXFSZ' },
};
const SIGNALLED = 128;
const KILLED = 137;
/** What a shell exits with when it could not run what it was told to. */
const SHELL: Readonly<Record<number, string>> = {
  126: ' (a command in it cannot be executed)',
  127: ' (a command in it was not found)',
};

/** What is to be said of a container that ended, came back, and has not run for long enough since to believe it. */
export function troubleOfEnd(container: OwnedContainer, end: LastEnd): Pick<Verdict, 'reason' | 'error'> | undefined {
  const { name, state, restartCount, error } = container;
  if (state !== 'restarting' && state !== 'running' && state !== 'exited') return undefined;
  // The Engine brings back what ends by itself: this one somebody stopped, and it had done its work for long.
  if (state === 'exited' && !error && end.livedMs >= MOST_MS && end.livedMs < Infinity) return undefined;
  const times = end.returns === 1 ? 'once' : `${end.returns} times`;
  const text = `container "${name}" ${howItEnded(end, container.limits.memory)}, restarted ${times}${error ? `: ${error}` : ''}`;
  if (end.oomKilled) return { reason: 'out-of-memory', error: text };
  return { reason: state === 'exited' && restartCount > 0 ? 'exited' : 'restarting', error: text };
}

function howItEnded({ exitCode, oomKilled }: LastEnd, memory: number): string {
  const limit = memory > 0 ? `limit ${memory / 2 ** 20} MiB` : 'without a limit of its own';
  if (oomKilled && (exitCode ?? KILLED) === KILLED) return `was killed by the kernel: out of memory, ${limit}`;
  const signal = SIGNALS[(exitCode ?? 0) - SIGNALLED];
  const ended = signal
    ? `was ended by signal ${signal} (exit code ${exitCode})`
    : `ended with exit code ${exitCode ?? 'unknown'}${SHELL[exitCode ?? 0] ?? ''}`;
  return oomKilled ? `${ended} after the kernel killed a process in it: out of memory, ${limit}` : ended;
}
