import type { ConsumeMessage } from 'amqplib';
import { OpenQuestions } from './open-questions';
import { encode } from './wire';

const PATIENCE_MS = 100;
const ANSWER = { v: 1, body: { groups: [], apps: [] } };
const never = new Promise<never>(() => undefined);

describe('questions of a host', () => {
  let questions: OpenQuestions;
  let asked: { id: string; expires: number }[];
  beforeEach(() => {
    jest.useFakeTimers();
    questions = new OpenQuestions(PATIENCE_MS);
    asked = [];
  });
  afterEach(() => jest.useRealTimers());

  const ask = (confirmed: Promise<void>) =>
    questions.ask((id, expires) => {
      asked.push({ id, expires });
      return confirmed;
    });
  const answer = () =>
    questions.take({
      content: encode(ANSWER),
      properties: { correlationId: asked.at(-1)!.id, headers: {} },
    } as unknown as ConsumeMessage);
  /** @returns how long it was waited for */
  const unanswered = async (): Promise<number> => {
    const since = Date.now();
    const failed = ask(Promise.resolve()).catch((error: Error) => error.message);
    await jest.advanceTimersToNextTimerAsync();
    expect(await failed).toContain('Nobody answered');
    return Date.now() - since;
  };

  it('have their answer whether the broker has confirmed them or not', async () => {
    const answered = ask(never);
    answer();
    await expect(answered).resolves.toEqual(ANSWER);
  });

  it('fail at once when they cannot be sent, or when nobody will answer any more', async () => {
    await expect(ask(Promise.reject(new Error('the broker is away')))).rejects.toThrow('is away');
    const open = ask(never);
    questions.giveUp();
    await expect(open).rejects.toThrow('Nobody answered');
  });

  it('are waited for longer when there was no answer, and expire with it', async () => {
    expect(await unanswered()).toBe(PATIENCE_MS);
    expect(await unanswered()).toBe(2 * PATIENCE_MS);
    expect(await unanswered()).toBe(3 * PATIENCE_MS);
    expect(await unanswered()).toBe(3 * PATIENCE_MS);
    expect(asked.map(({ expires }) => expires / PATIENCE_MS)).toEqual([1, 2, 3, 3]);
    const answered = ask(Promise.resolve());
    answer();
    await answered;
    expect(await unanswered()).toBe(PATIENCE_MS);
    expect(await unanswered()).toBe(2 * PATIENCE_MS);
    // Another connection is another beginning.
    questions.giveUp();
    expect(await unanswered()).toBe(PATIENCE_MS);
  });
});
