import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

export const daemonLog = '/var/log/nebula-dockerd.log';
const daemonPidFile = '/var/run/docker.pid';
const containerdPidFile = '/var/run/docker/containerd/containerd.pid';
const stopWithinMilliseconds = 20_000;

/** The process id of this machine's dockerd, undefined when none runs. */
export const daemonPid = () => livingProcess(daemonPidFile, 'dockerd');

/**
 * A killed dockerd leaves pid files which the next one believes, even when the process is a zombie or another
 * program by now. Its containerd dies with it, but not at once.
 */
export async function removeStalePidFiles() {
  const until = Date.now() + 10_000;
  while ((await livingProcess(containerdPidFile, 'containerd')) && Date.now() < until) await pause(20);
  await rm(daemonPidFile, { force: true });
  await rm(containerdPidFile, { force: true });
}

/** Starts dockerd by hand, in a session of its own, so that it outlives this script and its terminal. */
export async function startDaemon() {
  const log = await open(daemonLog, 'a', 0o640);
  const child = spawn('dockerd', [], {
    cwd: '/',
    env: daemonEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended = false;
  child.on('error', () => (ended = true)).on('exit', () => (ended = true));
  child.unref();
  await log.close();
  return { hasEnded: () => ended, stop: () => stop(child, () => ended) };
}

async function stop(child, hasEnded) {
  const until = Date.now() + stopWithinMilliseconds;
  if (!hasEnded()) child.kill('SIGTERM');
  while (!hasEnded() && Date.now() < until) await pause(50);
}

/** What npm says to its scripts is not a daemon's to inherit, nor are the repository's tools on its PATH. */
function daemonEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|node_|init_cwd$)/i.test(name));
  const folders = process.env.PATH.split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: [...folders, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':') };
}

/** The process that a pid file names, if it lives and is what it should be. */
async function livingProcess(pidFile, name) {
  try {
    const pid = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
    const [, command, state] = /^\d+ \((.*)\) (\S)/s.exec(await readFile(`/proc/${pid}/stat`, 'utf8'));
    return command === name && state !== 'Z' && state !== 'X' ? pid : undefined;
  } catch {
    return undefined;
  }
}
