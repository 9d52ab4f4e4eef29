/** How many loops write, each generations of a name of its own, and for how long. */
export interface StoreLoad {
  loops: number;
  milliseconds: number;
}

/** Stores a generation durably if it is the name's next; false: it is not. */
export type Swap = (name: string, generation: number) => Promise<boolean>;

/** @returns what does a load, and tells generations stored for certain, per second; names go on where they were */
export function swapsPerSecond(swap: Swap): (load: StoreLoad) => Promise<number> {
  const counts = new Map<string, number>();
  const swapUntil = async (until: number, name: string): Promise<number> => {
    const first = counts.get(name) ?? 0;
    let generation = first;
    while (performance.now() < until)
      if (!(await swap(name, ++generation))) throw new Error(`${name} was written by another`);
    counts.set(name, generation);
    return generation - first;
  };
  return async ({ loops, milliseconds }) => {
    const began = performance.now();
    const names = Array.from({ length: loops }, (_, index) => `app-${String(index).padStart(2, '0')}`);
    const stored = await Promise.all(names.map((name) => swapUntil(began + milliseconds, name)));
    return (1000 * stored.reduce((sum, each) => sum + each, 0)) / (performance.now() - began);
  };
}
