/** What goes back to who asked. */
export type Answer = { value: unknown } | { error: string };

/** What this process was started with. */
export const given = <T>(): T => JSON.parse(process.argv[3] ?? '{}') as T;

/**
 * Answers the process that started this one, a question at a time, beginning with one that it does not ask: what
 * there is to know once this process is ready. Ends with that other process.
 */
export function answering<Q>(ready: Promise<unknown>, answerTo: (question: Q) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question) => void tell(answerTo(question as Q)));
  void tell(ready);
}

async function tell(answer: Promise<unknown>): Promise<void> {
  const told: Answer = await answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(told);
}
