import type { Reason } from '@nebula/domain';

/** Why a call of the runtime failed, as far as anybody decides by it. */
export type RuntimeErrorCode =
  | 'away' // the Engine does not answer
  | 'not-found'
  | 'conflict' // a name that is taken, a state that forbids it
  | 'port-taken'
  | 'disk-full'
  | 'image-not-found'
  | 'registry-login-refused'
  | 'registry-away'
  | 'stuck' // the Engine will never start this container again
  | 'refused' // the Engine says no: bad settings, no such device, …
  | 'aborted';

/** Codes that say by themselves what is wrong, whatever was being done. */
const REASONS: Partial<Record<RuntimeErrorCode, Reason>> = {
  'port-taken': 'port-taken',
  'disk-full': 'disk-full',
  'registry-login-refused': 'registry-login-refused',
  away: 'engine-away',
};

/** The only error that a `ContainerRuntime` throws. */
export class RuntimeError extends Error {
  constructor(
    readonly code: RuntimeErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'RuntimeError';
  }

  /** The reason to show when `fallback` is what was being done. */
  reason(fallback: Reason): Reason {
    return REASONS[this.code] ?? fallback;
  }
}
