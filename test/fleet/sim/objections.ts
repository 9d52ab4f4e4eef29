import type { Figures, ReplacementFigures } from './figures';

/** What an api's heap may differ by, MiB, with a few hosts and with many: its noise, and less than 1 KiB a host of 5,000. */
const HEAP_NOISE_MIB = 3;
/** What of the promises does not hold, in words; none: they hold. */
export function objectionsTo({ smallChanges: small, changes: large, replacement, failures }: Figures): string[] {
  const objections = [...failures];
  if (large.publishesPerChange !== small.publishesPerChange) {
    const [few, many] = [small.publishesPerChange, large.publishesPerChange];
    objections.push(`publishes per change: ${few} with ${small.hosts} hosts, ${many} with ${large.hosts}`);
  }
  if (large.heap - small.heap > HEAP_NOISE_MIB) {
    const [few, many] = [small.heap, large.heap].map((heap) => heap.toFixed(1));
    objections.push(`the api's heap: ${few} MiB with ${small.hosts} hosts, ${many} with ${large.hosts}`);
  }
  return [...objections, ...(replacement ? objectionsToReplacement(replacement, large.hosts) : [])];
}

function objectionsToReplacement(figures: ReplacementFigures, hosts: number): string[] {
  const { gone, left, beforeForgetting: before, afterForgetting: after, storeBefore, storeAfter } = figures;
  const objections: string[] = [];
  if (before.hosts !== hosts + gone || before.silent !== gone || before.converged !== hosts)
    objections.push(`counts before forgetting are not right: ${JSON.stringify(before)}`);
  if (after.hosts !== hosts || after.silent !== 0 || after.converged !== hosts)
    objections.push(`counts after forgetting are not right: ${JSON.stringify(after)}`);
  if (left > 0) objections.push(`the store has ${left} documents of hosts that were forgotten`);
  if (storeAfter.hosts !== storeBefore.hosts)
    objections.push(`the store had ${storeBefore.hosts} hosts, and has ${storeAfter.hosts}`);
  return objections;
}
