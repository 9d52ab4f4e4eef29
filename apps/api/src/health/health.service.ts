import { Injectable } from '@nestjs/common';
import { StoreIdentity } from '@nebula/store';

/** For so long one answer of the store is good for all who ask: a probe must not cost a write each time. */
const GOOD_FOR_MS = 1_000;

/** Whether changes can be accepted durably. */
@Injectable()
export class HealthService {
  private checked: { at: number; result: Promise<void> } | undefined;

  constructor(private readonly identity: StoreIdentity) {}

  /** @throws DomainError unavailable */
  ready(): Promise<void> {
    const now = Date.now();
    if (this.checked === undefined || now - this.checked.at >= GOOD_FOR_MS) {
      this.checked = { at: now, result: this.identity.check() };
    }
    return this.checked.result;
  }
}
