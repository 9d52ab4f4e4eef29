/** How long faults last, in seconds. */
export interface Pace {
  /** A host without a network. */
  cut: number;
  /** A worker that stands still. */
  frozen: number;
  /** A program, broker or database that was killed. */
  away: number;
  /** A clock that is wrong, a host whose id another one has. */
  odd: number;
}

/** As `npm test` has time for. */
export const SHORT: Pace = { cut: 8, frozen: 8, away: 2, odd: 4 };

/** As long as people's faults take. */
export const LONG: Pace = { cut: 30, frozen: 60, away: 10, odd: 20 };
