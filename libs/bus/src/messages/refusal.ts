export type RefusalReason =
  | 'foreign' // of another installation
  | 'version' // an envelope of a version that we don't speak
  | 'malformed'
  | 'too-deep'
  | 'too-large';

/** Why a message is not taken in. `detail` names the place and what should be there, never what was: it may be logged. */
export class Refusal {
  constructor(
    readonly reason: RefusalReason,
    readonly detail: string,
  ) {}
}
