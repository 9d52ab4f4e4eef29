import { DomainError, type Envelope, type Snapshot } from '@nebula/domain';
import type { ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { MESSAGE_LIMITS, Refusal } from '../messages';
import { Joint } from './parts';
import { decode } from './wire';

/** Questions expire in their queue soon after that. */
const MOST_TIMES = 3;

interface Question {
  joint: Joint;
  timer: NodeJS.Timeout;
  resolve(answer: unknown): void;
  giveUp(): void;
}

/** Questions of a host that wait for their answer. */
export class OpenQuestions {
  private readonly open = new Map<string, Question>();
  private unanswered = 0;

  /**
   * @param patienceMs for an answer, and again for each next part of it; twice and then three times that after one that
   * did not come: where thousands ask, a question that is given up is work in vain for whoever answers it late
   */
  constructor(private readonly patienceMs: number) {}

  /** @param send puts the question on its way, under this id; nobody needs to work on it after this time */
  async ask(send: (correlationId: string, expiresMs: number) => Promise<void>): Promise<Envelope<Snapshot>> {
    const id = randomUUID();
    const patience = this.patienceMs * Math.min(1 + this.unanswered, MOST_TIMES);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = () => reject(new DomainError('unavailable', 'no-answer', 'Nobody answered the question in time.'));
    const timer = setTimeout(() => {
      this.unanswered++;
      giveUp();
    }, patience).unref();
    this.open.set(id, { joint: new Joint(MESSAGE_LIMITS.message), timer, resolve, giveUp });
    // An answer says that it went, whatever the broker's confirm does.
    send(id, patience).catch(reject);
    try {
      const answer = await promise;
      this.unanswered = 0;
      return answer as Envelope<Snapshot>;
    } finally {
      clearTimeout(timer);
      this.open.delete(id);
    }
  }

  take(message: ConsumeMessage): void {
    const id: unknown = message.properties.correlationId;
    const question = typeof id === 'string' ? this.open.get(id) : undefined;
    if (!question) return;
    const whole = question.joint.add(message);
    if (whole === undefined) question.timer.refresh();
    else if (whole === 'bad') question.resolve(new Refusal('malformed', ': parts that make no whole'));
    else question.resolve(decode(whole, MESSAGE_LIMITS.message));
  }

  /** Nobody will answer: the connection that the answers were to come on has ended. */
  giveUp(): void {
    this.unanswered = 0;
    for (const question of this.open.values()) question.giveUp();
  }
}
