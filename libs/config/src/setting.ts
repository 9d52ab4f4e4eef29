import type { ParseValue } from './parse-value';

export const PROGRAMS = ['standalone', 'api', 'worker', 'monitor'] as const;
export type Program = (typeof PROGRAMS)[number];

export interface Setting<T = unknown> {
  /** One line for a person who sets it. */
  readonly description: string;
  readonly programs: readonly Program[];
  readonly parse: ParseValue<T>;
  /** Never logged, and also read from the file that `NAME_FILE` names. */
  readonly secret?: true;
}

export interface Defaulted<T> extends Setting<T> {
  readonly default: T;
}

export const setting = <T>(value: Setting<T>): Setting<T> => value;
export const withDefault = <T>(value: Defaulted<T>): Defaulted<T> => value;
