import { type Audience, INBOX } from '@nebula/bus';
import { RabbitHostBus, type RabbitOptions } from '@nebula/bus/rabbitmq';
import type { Selection } from '@nebula/domain';
import { type DesiredState as State, DesiredState, SystemClock } from '@nebula/orchestration';
import { InboxController } from '../../../apps/worker/src/inbox.controller';
import type { HostWorker } from '../../../apps/worker/src/host-worker';
import { Snapshots } from '../../../apps/worker/src/snapshots';
import type { WorkerOptions } from '../../../apps/worker/src/worker-options';

/** What a worker hears and asks, with no Engine behind it: all of how desired state reaches a host, and nothing else. */
export class JoiningHost {
  readonly desired: State;
  readonly refused: string[] = [];
  private readonly bus: RabbitHostBus;
  private readonly snapshots: Snapshots;
  private answered = false;

  constructor(
    readonly id: string,
    rabbit: RabbitOptions,
    installation: string,
    readonly selection: Selection,
  ) {
    this.desired = new DesiredState(selection);
    this.bus = new RabbitHostBus({ ...rabbit, connectionName: id }).connect();
    this.snapshots = new Snapshots(this.bus, this.desired, new SystemClock(), {
      installation,
      host: () => id,
      seen: () => [],
      onChange: () => (this.answered = true),
      onSuccession: () => undefined,
      onRefused: ({ detail }) => this.refused.push(detail),
      onAnswered: () => undefined,
      onUnanswered: () => undefined,
    });
    const worker: Partial<HostWorker> = {
      hear: (change) => void change(this.desired),
      compare: () => undefined,
      isToAskAnew: () => false,
      refuse: ({ detail }) => void this.refused.push(detail),
    };
    this.listen(new InboxController(worker as HostWorker, { installation } as WorkerOptions));
  }

  /** It has had its snapshot. */
  get hasJoined(): boolean {
    return this.answered;
  }

  async leave(): Promise<void> {
    this.snapshots.stop();
    await this.bus.close();
  }

  private listen(controller: InboxController): void {
    const audience: Audience = this.selection;
    const inbox = this.bus.inbox(audience);
    inbox.addHandler(INBOX.app, async (message: unknown) => controller.app(message), true);
    inbox.addHandler(INBOX.group, async (message: unknown) => controller.group(message), true);
    inbox.addHandler(INBOX.digest, async (message: unknown) => controller.digest(message), true);
    this.bus.onConnected(() => this.snapshots.ask());
    inbox.listen(() => undefined);
  }
}
