import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { accept, checkSnapshotRequest, ControlBus, Refusal, type Unsubscribe } from '@nebula/bus';
import { DomainError, type Envelope, type Snapshot, type SnapshotRequest } from '@nebula/domain';
import { AppStore, GroupStore } from '@nebula/store';
import { ApiOptions } from '../api-options';
import { StoreClaim } from '../store/store-claim';
import { DigestTeller } from './digest-teller';
import { Publisher } from './publisher';
import { SnapshotReader } from './snapshot-reader';

/** Answers hosts that ask for all that they need. */
@Injectable()
export class Snapshots implements OnModuleInit, BeforeApplicationShutdown {
  private readonly reader: SnapshotReader;
  /** Of one snapshot that many hosts get there is one message. */
  private readonly sealed = new WeakMap<Snapshot, Promise<Envelope<Snapshot>>>();
  private end: Unsubscribe | undefined;

  constructor(
    private readonly bus: ControlBus,
    apps: AppStore,
    groups: GroupStore,
    private readonly claim: StoreClaim,
    private readonly publisher: Publisher,
    private readonly digests: DigestTeller,
    private readonly options: ApiOptions,
  ) {
    this.reader = new SnapshotReader(apps, groups);
  }

  async onModuleInit(): Promise<void> {
    this.end = await this.bus.answerSnapshots((question) => this.answer(question));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.end?.();
  }

  private async answer(question: Envelope<SnapshotRequest>): Promise<Envelope<Snapshot>> {
    const request = accept(question, this.options.installation, checkSnapshotRequest);
    if (request instanceof Refusal) throw new DomainError('malformed', 'bad-request-message', request.detail);
    await this.claim.requireHeld();
    const snapshot = await this.reader.read(request.body);
    const digestIntervalSeconds = this.digests.intervalSeconds;
    const sealed = this.sealed.get(snapshot) ?? this.publisher.seal({ ...snapshot, digestIntervalSeconds });
    this.sealed.set(snapshot, sealed);
    return sealed;
  }
}
