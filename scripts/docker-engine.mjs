import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCommand, lastLines, run } from './command.mjs';
import { isDebianLike, installDebianPackages, isRoot, isSystemdRunning } from './debian.mjs';
import { daemonLog, daemonPid, removeStalePidFiles, startDaemon } from './docker-daemon.mjs';
import { engineAddress, ping } from './engine-address.mjs';
import { withLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';

const readyWithinMilliseconds = 60_000;

/**
 * Makes sure that a Docker Engine answers where the program looks for it. One that runs is left as it is; this
 * machine's own is installed and started where it is missing and may be. `stop` ends one that was started here.
 */
export async function ensureEngine(say) {
  const address = await engineAddress();
  const { answers, code } = await ping(address);
  if (answers === undefined) return { detail: `${address.host} (not asked: the program will)` };
  if (answers) return { detail: address.host };
  if (!address.isDefault)
    throw new Refusal(`no Docker Engine answers at ${address.host} (DOCKER_HOST). Start it, or unset DOCKER_HOST`);
  if (code === 'EACCES')
    throw new Refusal(`no right to use ${address.socketPath}: run as root or as a member of the group docker`);
  // One for the whole machine: two clones must not both start a daemon.
  return withLock('docker engine', say, () => provide(address, say));
}

async function provide(address, say) {
  if ((await ping(address)).answers) return { detail: address.host };
  if (!isRoot())
    throw new Refusal(
      `no Docker Engine answers at ${address.socketPath}, and only root may install and start one. Start it, or name one by DOCKER_HOST`,
    );
  if (!hasCommand('dockerd')) await install(say);
  const stop = await start(address, say);
  return { detail: address.host, stop };
}

async function install(say) {
  if (!(await isDebianLike()))
    throw new Refusal(
      'there is no Docker Engine, and it is installed by itself on Debian-like systems only: install it, or name one by DOCKER_HOST',
    );
  say('installing docker.io, this takes a minute');
  // Its trust in registries is Debian's certificates; the command line is a package of its own in newer releases.
  await installDebianPackages(['docker.io', 'ca-certificates']);
}

/** Returns how to stop what was started; undefined when something else is already starting it. */
async function start(address, say) {
  const runs = await daemonPid();
  if (runs !== undefined) {
    say(`waiting for the dockerd that runs as process ${runs}`);
    if (await isReady(address)) return undefined;
    throw new Refusal(
      `a dockerd runs (process ${runs}) and does not answer at ${address.socketPath}: name its address by DOCKER_HOST, or end it`,
    );
  }
  if (await isSystemdRunning()) return startService(address, say);
  say(`starting dockerd, log in ${daemonLog}`);
  await removeStalePidFiles();
  const daemon = await startDaemon();
  if (await isReady(address, daemon)) return daemon.stop;
  await daemon.stop();
  const log = await readFile(daemonLog, 'utf8').catch(() => '');
  throw new Refusal(`dockerd did not start:\n${lastLines(log)}`);
}

async function startService(address, say) {
  say('starting docker.service');
  const { code, output } = await run('systemctl', ['start', 'docker']);
  if (code === 0 && (await isReady(address))) return () => run('systemctl', ['stop', 'docker.socket', 'docker']);
  throw new Refusal(`docker.service did not start: ${lastLines(output, 5)}`);
}

async function isReady(address, daemon) {
  const until = Date.now() + readyWithinMilliseconds;
  while (Date.now() < until && !daemon?.hasEnded()) {
    if ((await ping(address)).answers) return true;
    await pause(100);
  }
  return false;
}
