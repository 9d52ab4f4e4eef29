/** Health, where there is nothing to complain about. */
export class Health {
  /** @example 'up' */
  status!: 'up';
}
