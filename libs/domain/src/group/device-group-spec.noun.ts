import { IsDefined } from 'class-validator';
import { parseName } from '../app/fields/name';
import { LIMITS } from '../host/report';
import { Checked } from '../parse/noun';
import { distinctListOf, problemsOf, refused, type Parsed } from '../parse/parsed';

/** A device group as its owner writes it. */
export class DeviceGroupSpec {
  /**
   * Letters, digits, '_', '.' and '-', at most 58.
   * @example shops
   */
  @Checked(problemsOf(parseName))
  @IsDefined({ message: 'is required' })
  name!: string;

  /**
   * Names of the apps that hosts of the group run: at most 500, none twice.
   * @example ["web"]
   */
  @Checked(problemsOf(parseApps))
  @IsDefined({ message: 'is required' })
  apps!: string[];
}

function parseApps(input: unknown): Parsed<string[]> {
  const names = distinctListOf(parseName, (name) => name, 'the same app')(input);
  return Array.isArray(input) && input.length > LIMITS.appsOfGroup
    ? refused(`must list at most ${LIMITS.appsOfGroup} apps`)
    : names;
}
