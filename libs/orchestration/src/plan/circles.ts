/** Who waits for whom. */
export type Waits = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Apps that wait for each other in a circle wait for ever: two, say, that take each other's host ports. Of each circle one
 * has to let go before it has what it waits for. @returns the first by name of each
 */
export function whoLetsGo(waits: Waits): Set<string> {
  const going = new Set<string>();
  for (const app of [...waits.keys()].toSorted()) if (waitsForItself(app, waits, going)) going.add(app);
  return going;
}

function waitsForItself(app: string, waits: Waits, going: ReadonlySet<string>): boolean {
  const chain = new Set(waits.get(app));
  for (const next of chain) {
    if (next === app) return true;
    if (!going.has(next)) waits.get(next)?.forEach((other) => chain.add(other));
  }
  return false;
}
