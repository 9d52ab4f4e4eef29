import { DomainError } from '@nebula/domain';
import { ForAnother } from './subscription';

/** How long a replica that cannot answer keeps a question from the others, about, ms. */
const KEPT_MS = 200;
/** Of so many at a time; of more longer, so that no more of them go round in a second. */
const AT_A_TIME = 64;

/** What a replica does with questions that it cannot answer: its store is away, or not the one that is followed. */
export class GivingBack {
  private kept = 0;

  /** Rejects: with `ForAnother` some time later, since there may be no other one; at once where the question is no good. */
  async refuse(error: unknown): Promise<never> {
    if (!(error instanceof DomainError) || error.kind !== 'unavailable') throw error;
    this.kept++;
    const ms = KEPT_MS * Math.ceil(this.kept / AT_A_TIME) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.kept--;
    throw new ForAnother(error.message);
  }
}
