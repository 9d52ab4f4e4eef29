import { Injectable } from '@nestjs/common';
import { type BusState, ControlBus } from '@nebula/bus';
import { DomainError, type Problem } from '@nebula/domain';
import { StoreIdentity } from '@nebula/store';
import { StoreClaim } from '../store/store-claim';
import { Stopping } from './stopping';

/** For so long one answer of the store is good for all who ask: a probe must not cost a write each time. */
const GOOD_FOR_MS = 1_000;

const BUS_PROBLEMS: Readonly<Record<Exclude<BusState, 'up'> | 'unheard', { code: string; detail: string }>> = {
  away: { code: 'bus-away', detail: 'The bus is away: changes are accepted, and reach hosts when it is back.' },
  blocked: { code: 'bus-blocked', detail: 'The bus takes nothing now: changes are accepted, and reach hosts later.' },
  unheard: {
    code: 'bus-unheard',
    detail: 'The bus takes messages, and they reach nobody: hosts find out by themselves what they missed.',
  },
};

type Found = { code: string } & Problem;

/** What this replica can do now, for those who spread requests and for those who watch. */
@Injectable()
export class HealthService {
  private checked: { at: number; result: Promise<Found[]> } | undefined;

  constructor(
    private readonly identity: StoreIdentity,
    private readonly bus: ControlBus,
    private readonly claim: StoreClaim,
    private readonly stopping: Stopping,
  ) {}

  /**
   * Resolves as long as this replica answers requests, be it that a part that it needs is away.
   * @throws DomainError unavailable: it ends
   */
  serving(): void {
    if (this.stopping.isTold) throw new DomainError('unavailable', 'stopping', 'This replica ends: ask another one.');
  }

  /**
   * Resolves when changes are accepted durably and go out at once.
   * @throws DomainError unavailable; it names all that is away
   */
  async ready(): Promise<void> {
    this.serving();
    const found = [...(await this.ofStore()), ...this.ofBus()];
    const [first] = found;
    if (!first) return;
    const problems = found.map(({ pointer, detail }) => ({ pointer, detail }));
    throw new DomainError('unavailable', first.code, found.map(({ detail }) => detail).join(' '), problems);
  }

  private ofStore(): Promise<Found[]> {
    const now = Date.now();
    if (this.checked === undefined || now - this.checked.at >= GOOD_FOR_MS) {
      this.checked = { at: now, result: this.checkStore().then(() => [], storeProblem) };
    }
    return this.checked.result;
  }

  private async checkStore(): Promise<void> {
    await this.identity.check();
    await this.claim.requireHeld();
  }

  private ofBus(): Found[] {
    const state = this.bus.state();
    const problem = state === 'up' && !this.bus.isHeard() ? 'unheard' : state;
    return problem === 'up' ? [] : [{ pointer: 'bus', ...BUS_PROBLEMS[problem] }];
  }
}

function storeProblem(error: unknown): Found[] {
  if (error instanceof DomainError) return [{ pointer: 'store', code: error.code, detail: error.message }];
  throw error;
}
