import { availableParallelism } from 'node:os';
import { verifySteps } from './verify-steps.mjs';

/** Runs every step, a few at a time, tells each with its time, and counts them. */
export async function verify() {
  const counts = { passed: 0, failed: 0 };
  const waiting = [...verifySteps];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      counts[(await runStep(next)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return counts;
}

async function runStep({ name, check }) {
  const since = performance.now();
  const problem = await check();
  const time = `${((performance.now() - since) / 1000).toFixed(1)} s`;
  console.log(problem === undefined ? `${name}: ok (${time})` : `${name}: FAILED (${time})\n${problem}\n`);
  return problem === undefined;
}
