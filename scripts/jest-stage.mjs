import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { pinnedEnvironment } from './root.mjs';

/** Runs one of jest's projects and counts what really ran. */
export async function runJest(project, { folder, args, env, limitSeconds }) {
  const file = join(folder, `${project}.json`);
  const output = ['--json', `--outputFile=${file}`];
  const { code } = await run('jest', ['--ci', '--selectProjects', project, ...output, ...args], {
    env: pinnedEnvironment(env),
    output: 'show',
    limitSeconds,
  });
  const counts = await readCounts(file);
  // Ended early, a failing set-up, a handle that keeps it from ending: failed, whatever the tests themselves said.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readCounts(file) {
  try {
    const result = JSON.parse(await readFile(file, 'utf8'));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
