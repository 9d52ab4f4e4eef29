import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Checked } from '../../parse/noun';
import { problemsOf } from '../../parse/parsed';
import { parseSignal } from './signal';

/** How containers are asked to end. */
export class Stop {
  /**
   * `SIGTERM`, `TERM` or `15`, real-time signals too; null: the image's own.
   * @example SIGTERM
   */
  @Checked(problemsOf(parseSignal))
  @IsOptional()
  signal?: string | null;

  /**
   * What has not ended by then is killed. Default: 10.
   * @example 10
   */
  @Max(86_400)
  @Min(0)
  @IsInt()
  @IsOptional()
  graceSeconds?: number;
}
