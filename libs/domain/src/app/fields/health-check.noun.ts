import { IsDefined, IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { Checked } from '../../parse/noun';
import { accepted, problemsOf, refused, type Parsed } from '../../parse/parsed';
import { parseArguments } from './arguments';

const seconds = problemsOf(parseSeconds);

/** How Docker finds out whether a container is healthy. What is absent or 0 is the image's own, or else Docker's. */
export class HealthCheck {
  /**
   * `CMD` and a program with its arguments, `CMD-SHELL` and a line for the shell, `NONE` alone for no check, or nothing
   * for the image's own with other times.
   * @example ["CMD", "true"]
   */
  @Checked(problemsOf(parseTest))
  @IsDefined({ message: 'is required' })
  test!: string[];

  /**
   * Between two checks.
   * @example 10
   */
  @Checked(seconds)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  intervalSeconds?: number;

  /**
   * A check that takes longer has failed.
   * @example 5
   */
  @Checked(seconds)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  timeoutSeconds?: number;

  /**
   * A container that fails within this time after its start is still starting.
   * @example 30
   */
  @Checked(seconds)
  @IsNumber({}, { message: 'must be a number' })
  @IsOptional()
  startPeriodSeconds?: number;

  /**
   * So many failures in a row make it unhealthy.
   * @example 3
   */
  @Max(1_000_000)
  @Min(0)
  @IsInt()
  @IsOptional()
  retries?: number;
}

/** Docker takes 0, or a millisecond and more. */
function parseSeconds(input: unknown): Parsed<number> {
  const value = Number(input);
  return value === 0 || (value >= 0.001 && value <= 31_536_000)
    ? accepted(value)
    : refused('must be 0, or seconds from 0.001 to 31536000');
}

function parseTest(input: unknown): Parsed<string[]> {
  const words = parseArguments(input);
  if (!words.ok) return words;
  const [kind, ...rest] = words.value;
  switch (kind) {
    case undefined:
      return words;
    case 'NONE':
      return rest.length === 0 ? words : refused('must have nothing after NONE');
    case 'CMD':
      return rest.length > 0 ? words : refused('must have a program after CMD');
    case 'CMD-SHELL':
      return rest.length === 1 ? words : refused('must have one line after CMD-SHELL');
    default:
      return refused('must begin with CMD, CMD-SHELL or NONE', '/0');
  }
}
