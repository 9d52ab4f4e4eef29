import { Injectable } from '@nestjs/common';
import { ControlBus, type Reach, type Topic, type Topics } from '@nebula/bus';
import type { Envelope } from '@nebula/domain';
import { StoreIdentity } from '@nebula/store';
import { ApiOptions } from '../api-options';
import { StoreClaim } from '../store/store-claim';

/** Puts what the api says into envelopes of this installation and its store. */
@Injectable()
export class Publisher {
  constructor(
    private readonly bus: ControlBus,
    private readonly identity: StoreIdentity,
    private readonly claim: StoreClaim,
    private readonly options: ApiOptions,
  ) {}

  /** Another store than the one that is followed tells its digests, so that hosts say that there are two; no more. */
  async publish<T extends Topic>(topic: T, body: Topics[T], reach?: Reach): Promise<void> {
    if (topic !== 'digest') await this.claim.requireHeld();
    await this.bus.publish(topic, await this.seal(body), reach);
  }

  async seal<B>(body: B): Promise<Envelope<B>> {
    return { v: 1, installation: this.options.installation, store: await this.identity.id(), body };
  }
}
