/** What a person can put right: shown as its message alone, without a stack. */
export class Refusal extends Error {}

/** Runs a script's main part; whatever goes wrong ends in one message and exit code 1. */
export async function runScript(name, main) {
  // A terminal that is gone must not end the clean-up half-way.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    await main();
  } catch (error) {
    console.error(`${name}: ${error instanceof Refusal ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
