import { RabbitHostBus, type RabbitOptions } from '@nebula/bus/rabbitmq';
import type { Notebook } from './notebook';

type Reports = Parameters<RabbitHostBus['report']>[0];
type Question = Parameters<RabbitHostBus['snapshot']>[0];
type Answer = ReturnType<RabbitHostBus['snapshot']>;

/** A host's end of the bus, that notes what goes over it. */
export class WatchedHostBus extends RabbitHostBus {
  private converged = 0;

  constructor(
    options: RabbitOptions,
    private readonly host: string,
    private readonly notebook: Notebook,
  ) {
    super(options);
    this.onConnected(() => notebook.note('connected', host));
  }

  override async report(envelope: Reports): Promise<void> {
    this.notebook.counts.reports++;
    for (const { state, generation } of envelope.body.apps) {
      if (state !== 'converged' || generation <= this.converged) continue;
      this.converged = generation;
      this.notebook.note('converged', this.host, generation);
    }
    await super.report(envelope);
  }

  override async snapshot(question: Question): Answer {
    this.notebook.counts.questions++;
    this.notebook.note('asked', this.host);
    try {
      const answer = await super.snapshot(question);
      this.notebook.note('answered', this.host);
      return answer;
    } catch (error) {
      this.notebook.counts.unanswered++;
      throw error;
    }
  }
}
