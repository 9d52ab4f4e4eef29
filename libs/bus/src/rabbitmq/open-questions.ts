import { DomainError, type Envelope, type Snapshot } from '@nebula/domain';
import type { ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { MESSAGE_LIMITS, Refusal } from '../messages';
import { Joint } from './parts';
import { decode } from './wire';

interface Question {
  joint: Joint;
  timer: NodeJS.Timeout;
  resolve(answer: unknown): void;
  giveUp(): void;
}

/** Questions of a host that wait for their answer. */
export class OpenQuestions {
  private readonly open = new Map<string, Question>();

  /** @param patienceMs for an answer, and again for each next part of it */
  constructor(private readonly patienceMs: number) {}

  /** @param send puts the question on its way, under this id */
  async ask(send: (correlationId: string) => Promise<void>): Promise<Envelope<Snapshot>> {
    const id = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = () => reject(new DomainError('unavailable', 'no-answer', 'Nobody answered the question in time.'));
    const timer = setTimeout(giveUp, this.patienceMs).unref();
    this.open.set(id, { joint: new Joint(MESSAGE_LIMITS.message), timer, resolve, giveUp });
    try {
      const [answer] = await Promise.all([promise, send(id)]);
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
    for (const question of this.open.values()) question.giveUp();
  }
}
