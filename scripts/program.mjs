import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { hasCommand, run } from './command.mjs';
import { Refusal } from './refusal.mjs';
import { pinnedEnvironment, root } from './root.mjs';

const stopWithinMilliseconds = 10_000;
const parentCheckMilliseconds = 500;
const oldestNode = 24;
/** Taken at the start: npm may be killed while the set-up still works. */
const parent = process.ppid;

/**
 * Runs the program in the foreground and resolves to the exit code it ended with. It runs in a session of its own,
 * so that Ctrl-C reaches it once, through here, and not a second time by the terminal. However this process ends,
 * the program notices: its IPC channel closes, and the kernel tells it where that can be asked for.
 */
export async function runProgram(file, programArgs = [], nodeArgs = []) {
  const env = pinnedEnvironment();
  await requireNode(env);
  const [command, ...args] = [...parentDeathSignal(), 'node', ...nodeArgs, file, ...programArgs];
  const child = spawn(command, args, {
    cwd: root,
    env,
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const asked = passOnSignals(child);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => done(signal ? codeOfSignal(signal, asked()) : code));
  });
}

/** The same with a program of the tests' as it is, in TypeScript: without a build of its own. */
export function runTestProgram(file, programArgs) {
  return runProgram(file, programArgs, ['--require', join(root, 'scripts', 'typescript.cjs')]);
}

/** Passes on the first signal that asks to stop; npm sends each one again that the terminal has sent already. */
function passOnSignals(child) {
  let asked = false;
  const stop = (signal) => {
    if (asked) return;
    asked = true;
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), stopWithinMilliseconds).unref();
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // The terminal is gone, or npm was killed: the program only has to know that it is to end.
  process.on('SIGHUP', () => stop('SIGTERM'));
  if (process.env.npm_lifecycle_event) stopWithoutParent(() => stop('SIGTERM'));
  return () => asked;
}

function stopWithoutParent(stop) {
  setInterval(() => process.ppid !== parent && stop(), parentCheckMilliseconds).unref();
}

/** A program that ended by the signal that was meant for it ended as asked. */
function codeOfSignal(signal, wasAsked) {
  const isStop = signal === 'SIGTERM' || signal === 'SIGINT';
  return wasAsked && isStop ? 0 : 128 + constants.signals[signal];
}

function parentDeathSignal() {
  return process.platform === 'linux' && hasCommand('setpriv') ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
}

/** npm pins Node.js for Linux on x64 and arm64; elsewhere the machine's own has to be new enough. */
async function requireNode(env) {
  const { output: version } = await run('node', ['--version'], { env });
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major < oldestNode) throw new Refusal(`Node.js ${oldestNode} or newer is needed here, found ${version.trim()}`);
}
