import { stopRunning } from './command.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Does what has to be done before a program can run. A signal meanwhile ends it, and this process, at once: each step
 * leaves either the old or the new. Afterwards signals are the program's.
 */
export async function setUp(work) {
  signals.forEach((signal) => process.once(signal, endSetUp));
  await work();
  signals.forEach((signal) => process.off(signal, endSetUp));
}

async function endSetUp() {
  await stopRunning();
  process.exit(130);
}
