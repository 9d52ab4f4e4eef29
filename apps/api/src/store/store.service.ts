import { Injectable } from '@nestjs/common';
import { DigestTeller } from '../publishing/digest-teller';
import { StoreClaim, type Following } from './store-claim';
import type { StoreView } from './store.dto';

/** Whose word counts in this installation. */
@Injectable()
export class StoreService {
  constructor(
    private readonly claim: StoreClaim,
    private readonly digests: DigestTeller,
  ) {}

  async get(): Promise<StoreView> {
    return storeView(await this.claim.following());
  }

  async takeOver(): Promise<StoreView> {
    const following = await this.claim.takeOver(Date.now());
    // Every host hears of it at once, and asks for its snapshot.
    this.digests.tellSoon();
    return storeView(following);
  }
}

function storeView({ identity, holder }: Following): StoreView {
  if (holder === undefined) return { identity, followed: 'unknown' };
  return holder === identity ? { identity, followed: 'yes' } : { identity, followed: 'other', holder };
}
