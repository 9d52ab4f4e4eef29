const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * One step of the set-up, a line in the terminal. `work` gets a function that says what it is about to do, which
 * it calls only when there is something to do, and returns what to show behind "ok".
 */
export async function step(name, work) {
  const since = performance.now();
  let busy = false;
  const say = (what) => {
    busy = true;
    console.log(`${name}: ${what} …`);
  };
  const detail = await work(say);
  console.log(`${name}: ok${detail ? `, ${detail}` : ''}${busy ? ` (${seconds(since)})` : ''}`);
}
