import { readFileSync, statSync } from 'node:fs';
import type { Beat } from './heartbeat';

/** Four beats; a busy machine may miss some. */
const OLD_AFTER_MS = 20_000;
const ANSWERS_WITHIN_MS = 4_000;

/** @returns what is wrong with the program that writes this file, and answers at the address in it; undefined: nothing */
export async function whatAils(file: string, now: number = Date.now()): Promise<string | undefined> {
  try {
    const age = Math.abs(now - statSync(file).mtimeMs);
    if (age > OLD_AFTER_MS) return `nothing was done for ${Math.round(age / 1000)} s`;
    const { url } = JSON.parse(readFileSync(file, 'utf8')) as Beat;
    if (url === undefined) return undefined;
    const { status } = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return status === 200 ? undefined : `it answers ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As a program: `node health-check.js FILE`, for the health check of a container. It loads nothing else, to cost little. */
async function main(): Promise<void> {
  const problem = await whatAils(process.argv[2] ?? '');
  if (problem === undefined) return;
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

if (require.main === module) void main();
