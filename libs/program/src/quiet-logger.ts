import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Nest's own steps of starting: they say nothing to whoever runs Nebula. */
const STARTING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/** Where Nest tells why a start failed, besides throwing it. */
const FAILED_START = new Set<unknown>(['ExceptionHandler', 'NestApplication']);

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** The program's log, without what Nest tells of itself; why a start fails is said once, by the program. */
export class QuietLogger extends ConsoleLogger {
  /** @param least the least important level that is told */
  static from(least: LogLevel): QuietLogger {
    return new QuietLogger({
      logLevels: LEVELS.slice(0, LEVELS.indexOf(least) + 1),
      colors: process.stdout.isTTY === true,
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!STARTING.has(String(rest.at(-1)))) super.log(message, ...(rest as [string]));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (!FAILED_START.has(this.contextOf(rest))) super.error(message, ...(rest as [string]));
  }

  private contextOf(rest: unknown[]): unknown {
    return rest.at(-1) ?? this.context;
  }
}
