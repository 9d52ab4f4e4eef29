/** Settles as `work` does, or rejects with `late()` after this time; `work` goes on, and nobody hears of it. */
export function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(late()), ms).unref();
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
