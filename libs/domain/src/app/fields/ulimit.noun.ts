import { IsDefined, IsIn, IsInt, Max, Min } from 'class-validator';

export const ULIMITS = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
] as const;

/** A limit of the kernel for each process. */
export class Ulimit {
  /**
   * Which limit, as `ulimit` and Docker call it.
   * @example nofile
   */
  @IsIn(ULIMITS)
  @IsDefined({ message: 'is required' })
  name!: string;

  /**
   * In force until the process raises it, at most to `hard`; -1: no limit.
   * @example 1024
   */
  @Max(9_007_199_254_740_991)
  @Min(-1)
  @IsInt()
  @IsDefined({ message: 'is required' })
  soft!: number;

  /**
   * As far as the process may raise it; -1: no limit.
   * @example 65536
   */
  @Max(9_007_199_254_740_991)
  @Min(-1)
  @IsInt()
  @IsDefined({ message: 'is required' })
  hard!: number;
}
