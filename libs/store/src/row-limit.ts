/** A limit that cannot mean "all", which databases take none or a negative one for. */
export const rowLimit = (limit: number): number => (limit >= 1 ? Math.min(Math.floor(limit), 1_000_000) : 0);
