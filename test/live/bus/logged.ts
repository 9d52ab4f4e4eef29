import { Logger } from '@nestjs/common';

/** All that is logged from now on, as one text, in place of the console. */
export function logged(): { text(): string; end(): void } {
  const lines: string[] = [];
  const keep = (...parts: unknown[]): void => void lines.push(parts.map(String).join(' '));
  Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: keep, verbose: keep, fatal: keep });
  return { text: () => lines.join('\n'), end: () => Logger.overrideLogger(['error', 'warn']) };
}
