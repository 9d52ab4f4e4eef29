/** After a take-over: the random text, then when it was. */
const TAKEN_OVER = /~([1-9]\d{0,15})$/;

/** When the store's word was last made the newest (ms since 1970, by the api that did it); 0: never. */
const takenOverAt = (identity: string): number => Number(TAKEN_OVER.exec(identity)?.[1] ?? 0);

/** Whether this store's word counts where the other one's was followed: a person said so, and nobody else since. */
export const supersedes = (identity: string, other: string): boolean => takenOverAt(identity) > takenOverAt(other);

/** Whether it is the same store, as it was before it took over (again): late messages and old containers still name it. */
export const isFormerSelf = (identity: string, now: string): boolean =>
  supersedes(now, identity) && randomOf(identity) === randomOf(now);

const randomOf = (identity: string): string => identity.replace(TAKEN_OVER, '');

/**
 * The identity that makes a store's word the newest again.
 * @param others whom it must supersede, as far as they are known: the store's identity until now, and whom the bus follows
 * @param now ms since 1970: what nobody knows of any more was before
 */
export function takenOver(identity: string, others: readonly string[], now: number): string {
  const latest = Math.max(...[identity, ...others].map(takenOverAt));
  return `${randomOf(identity)}~${Math.max(now, latest + 1)}`;
}
