import { IsDefined, IsInt, Max, Min } from 'class-validator';

/** Containers of the app on a host are replaced one after the other. */
export class Rolling {
  /**
   * So many may be down at a time; the next waits until the last one runs, and is healthy where it has a health check.
   * @example 1
   */
  @Max(1000)
  @Min(1)
  @IsInt()
  @IsDefined({ message: 'is required' })
  maxUnavailable!: number;
}
