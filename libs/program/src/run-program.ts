import { ConfigError } from '@nebula/config';
import { DomainError } from '@nebula/domain';
import { Logger } from '@nestjs/common';
import { flushCompileCache } from 'node:module';

/** What is under way at the signal has this long, ms; then the process ends all the same: containers run on. */
const END_WITHIN_MS = 4500;

/** A program that has started. */
export interface Running {
  /** Ends it; called once. */
  close(): Promise<void>;
}

/** @returns what to tell a person of an error that this program knows; undefined: it is not one of those */
export type Explain = (error: unknown) => string | undefined;

/**
 * Runs a program as this process: starts it, ends it by a signal in under five seconds, says in one clear message why it
 * can't start. Nothing that comes in later ends the process.
 */
export function runProgram(start: () => Promise<Running>, explain: Explain = () => undefined): void {
  // Whoever read the output has gone: no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // A promise that nobody waited for failed: a mistake of ours, to be told, and no reason to leave the host alone.
  process.on('unhandledRejection', (reason) => new Logger('Program').error(reason));
  const started = start();
  endOnSignal(started);
  void started.then(
    // Now, since one that is killed writes nothing at its end: 0.1 s the first time, nothing later.
    () => flushCompileCache(),
    (error: unknown) => {
      process.stderr.write(`Nebula can't start. ${explain(error) ?? explained(error)}\n`);
      process.exit(1);
    },
  );
}

/** Also by one that came while the program was loaded: see `listen-for-signals`. */
function endOnSignal(started: Promise<Running>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), END_WITHIN_MS).unref();
    void started
      .then((running) => running.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Whoever started this program is gone: nobody could end it any more.
  process.on('disconnect', end);
}

/** One clear message for what a person can put right; the whole stack for what is our mistake. */
function explained(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  const { code, stack, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The address is taken: ${message}. Set API_PORT to a free port.`;
  if (code !== undefined && message) return message;
  return stack ?? String(error);
}
