import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Process groups that a signal to this script has to end as well. */
const running = new Set();
let stopped = false;

/** Thrown instead of starting anything more, once this script was asked to end. */
export class Interrupted extends Error {}

/**
 * Runs a command in the repository's folder to its end, in a process group of its own, so that it can be ended whole.
 * `output`: `show` passes it through, `keep` collects it. `unstoppable` is for what must not be cut in the middle.
 * Past `limitSeconds` it is ended. Never rejects: a command that cannot be started has the code 127.
 */
export async function run(command, args, { env, cwd = root, output = 'keep', unstoppable = false, limitSeconds } = {}) {
  if (stopped && !unstoppable) throw new Interrupted('asked to end');
  return new Promise((done) => {
    const stdio = output === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { env, cwd, stdio, detached: true });
    if (!unstoppable) running.add(child);
    let text = '';
    const collect = (chunk) => (text += chunk);
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    const limit = limitSeconds && setTimeout(() => signalGroup(child, 'SIGKILL'), limitSeconds * 1000);
    const finish = (code, message = '') => {
      clearTimeout(limit);
      running.delete(child);
      done({ code, output: text + message });
    };
    child.on('error', (error) => finish(127, `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => finish(code ?? 1, signal ? `${command} was ended by ${signal}\n` : ''));
  });
}

/** Asks all that runs to end, after the grace period makes it, and lets nothing more start. */
export async function stopRunning(graceMilliseconds = 10_000) {
  stopped = true;
  const children = [...running];
  children.forEach((child) => signalGroup(child, 'SIGTERM'));
  const timer = setTimeout(() => children.forEach((child) => signalGroup(child, 'SIGKILL')), graceMilliseconds);
  await Promise.all(
    children.map((child) => new Promise((ended) => (hasEnded(child) ? ended() : child.on('close', ended)))),
  );
  clearTimeout(timer);
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

function signalGroup(child, signal) {
  try {
    if (running.has(child)) process.kill(-child.pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

export const isStopped = () => stopped;

/** Whether a command is on the PATH; system folders count too, which a user's PATH may lack. */
export function hasCommand(name) {
  const folders = [...process.env.PATH.split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The last lines of a long output: where commands say what was wrong. */
export const lastLines = (text, count = 20) => text.trimEnd().split('\n').slice(-count).join('\n');
