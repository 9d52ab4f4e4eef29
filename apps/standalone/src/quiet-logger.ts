import { ConsoleLogger } from '@nestjs/common';

/** Nest's own steps of starting: they say nothing to whoever runs Nebula. */
const STARTING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/** The program's log, without what Nest tells of itself; why a start fails is said once, by the program. */
export class QuietLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!STARTING.has(String(rest.at(-1)))) super.log(message, ...(rest as [string]));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (this.contextOf(rest) !== 'ExceptionHandler') super.error(message, ...(rest as [string]));
  }

  private contextOf(rest: unknown[]): unknown {
    return rest.at(-1) ?? this.context;
  }
}
