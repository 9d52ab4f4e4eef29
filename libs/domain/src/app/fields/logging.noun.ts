import { IsDefined, IsOptional } from 'class-validator';
import { Checked } from '../../parse/noun';
import { accepted, problemsOf, refused, textsByName, type Parsed } from '../../parse/parsed';

/** Where the output of the containers goes. */
export class Logging {
  /**
   * One of Docker's drivers, or a plugin's name.
   * @example json-file
   */
  @Checked(problemsOf(parseDriver))
  @IsDefined({ message: 'is required' })
  driver!: string;

  /**
   * The driver's options; which there are is the driver's to say.
   * @example { "max-size": "10m" }
   */
  @Checked(problemsOf(textsByName((name) => (name === '' ? 'must have a name' : undefined))))
  @IsOptional()
  options?: Record<string, string>;
}

function parseDriver(input: unknown): Parsed<string> {
  return typeof input === 'string' && /^[a-zA-Z0-9][\w./:@-]{0,254}$/.test(input)
    ? accepted(input)
    : refused('must be the name of a logging driver or plugin');
}
