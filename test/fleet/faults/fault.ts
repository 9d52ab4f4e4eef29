import type { Scene } from './scene';

/** When a fault strikes: while changes are made one after the other, or while nobody changes anything. */
export type Moment = 'change' | 'rest';

/**
 * One thing that goes wrong, and how it is put right again. What it kills, restarts or expects to differ it says to the
 * scene; everything else has to be as before.
 */
export interface Fault {
  /** Stable: `--kinds` and `docs/faults.md` use it. */
  name: string;
  /** Runs through before anybody changes anything; default: nothing. */
  prepare?(scene: Scene): Promise<void>;
  /** Resolves when the fault has been there for as long as it lasts. */
  strike(scene: Scene): Promise<void>;
  /** Puts right what a person or a machine's own start would; the times count from when it resolves. */
  repair?(scene: Scene): Promise<void>;
  /** Obligations of this fault alone, after all hosts run what they should. */
  check?(scene: Scene): Promise<void>;
  /** Puts back what later faults count on; everything is checked before. */
  tidy?(scene: Scene): Promise<void>;
  /** One of the store: changes end when it strikes, and the fault itself says what is accepted from then on. */
  ofStore?: boolean;
  /** While it lasts the status says something else than that all is well; `check` says what. */
  oddStatus?: boolean;
  /** So many digest intervals may pass besides until all is well: hosts hear of it by what stays away. */
  intervals?: number;
  /** Seconds that it takes in a short round, besides those of every fault. */
  seconds: number;
}

/** A thing that must never be, with everything that a person needs to see why. */
export class Broken extends Error {
  constructor(
    readonly invariant: string,
    readonly differences: readonly string[],
  ) {
    super(`${invariant}:\n${differences.map((line) => `  ${line}`).join('\n')}`);
  }
}

export function mustHold(invariant: string, differences: readonly string[]): void {
  if (differences.length > 0) throw new Broken(invariant, differences);
}
