/** Like `Promise.all`, but nothing of it is still under way when it rejects: what was made can be removed then. */
export async function together<T extends readonly unknown[]>(work: {
  [K in keyof T]: Promise<T[K]> | T[K];
}): Promise<T> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined)) as unknown as T;
}
