/** The signal's full name in capitals: `int` and `SIGINT` are one. Numbers stay as they are. */
export function signalName(signal: string): string {
  const upper = signal.toUpperCase();
  return upper.startsWith('SIG') || /^\d/.test(upper) ? upper : `SIG${upper}`;
}
