import { randomBytes } from 'node:crypto';

/** Passwords of one fleet, made anew for each: letters and digits alone, so that they need no quoting anywhere. */
export interface Secrets {
  api: string;
  /** Of the broker's users, by the program's name. */
  broker: Record<'api' | 'monitor' | 'worker', string>;
}

const password = (): string => randomBytes(18).toString('hex');

export const makeSecrets = (): Secrets => ({
  api: password(),
  broker: { api: password(), monitor: password(), worker: password() },
});
