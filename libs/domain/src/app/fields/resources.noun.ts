import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';

/** Limits of each container. */
export class Resources {
  /**
   * CPU cores, fractions too, at least 0.01; null: no limit.
   * @example 0.5
   */
  @Max(10_000)
  @Min(0.01)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  cpus?: number | null;

  /**
   * MiB of memory, at least 6; null: no limit.
   * @example 128
   */
  @Max(1_073_741_824)
  @Min(6)
  @IsInt()
  @IsOptional()
  memoryMiB?: number | null;
}
