import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import type { Problem } from '../../errors';

/** How many containers of the app a host runs: exactly one of the three. Never fewer than 1, never more than 1000. */
export class ContainersPer {
  /**
   * So many for each CPU core of the host; fractions of the product are rounded down.
   * @example 1
   */
  @Max(1000)
  @Min(0.001)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  cpu?: number;

  /**
   * So many on each host.
   * @example 1
   */
  @Max(1000)
  @Min(1)
  @IsInt()
  @IsOptional()
  host?: number;

  /**
   * So many for each GiB of the host's memory; fractions of the product are rounded down.
   * @example 0.5
   */
  @Max(1000)
  @Min(0.001)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  memoryGiB?: number;
}

/** A merge patch that sets another of the three has to say null for the one before: that is worth a sentence. */
export const exactlyOne = (part: ContainersPer): Problem[] =>
  Object.keys(part).length === 1
    ? []
    : [{ pointer: '', detail: 'must have exactly one of cpu, host and memoryGiB (a patch sets the others to null)' }];
