import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCommand, lastLines, run } from './command.mjs';
import { Refusal } from './refusal.mjs';

const lockPatienceMilliseconds = 5 * 60_000;

const policyFile = '/usr/sbin/policy-rc.d';
/** Means nothing any more when it is left behind by a process that was killed. */
const policy = `#!/bin/sh\n[ -e /proc/${process.pid} ] && exit 101\nexit 0\n`;

export const isRoot = () => process.getuid?.() === 0;

/** Whether packages can be installed the Debian way here. */
export async function isDebianLike() {
  const marks = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(marks) && hasCommand('apt-get');
}

/** Whether systemd runs this machine, so that services are its to start. */
export const isSystemdRunning = () =>
  access('/run/systemd/system').then(
    () => true,
    () => false,
  );

/** Those of the packages that are not installed. */
export async function missingPackages(names) {
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${Status}\n', ...names]);
  return names.filter((name) => !output.includes(`${name} install ok installed`));
}

/** Installs Debian packages; the lists are fetched only when the packages cannot be had without. */
export async function installDebianPackages(names) {
  const install = ['install', '-y', '--no-install-recommends', ...names];
  if ((await apt(install)).code === 0) return;
  const update = await apt(['update']);
  const { code, output } = await apt(install);
  if (code === 0) return;
  throw new Refusal(
    `apt-get install ${names.join(' ')} failed:\n${lastLines(update.code === 0 ? output : update.output + output)}`,
  );
}

/**
 * Installs packages without starting the services in them: the tests start their own, and one of those may be what the
 * service would listen beside. While it is this process that asks, the policy says no to every start.
 */
export async function installWithoutStarting(names) {
  const isOurs = await writeFile(policyFile, policy, { mode: 0o755, flag: 'wx' }).then(
    () => true,
    // This machine has one already, which most likely says no to everything.
    () => false,
  );
  try {
    await installDebianPackages(names);
  } finally {
    if (isOurs) await rm(policyFile, { force: true });
  }
}

/** Runs apt-get without questions; waits for another one that holds a lock. It is never cut in the middle. */
async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const patience = `DPkg::Lock::Timeout=${lockPatienceMilliseconds / 1000}`;
  const since = Date.now();
  for (;;) {
    const result = await run('apt-get', ['-o', patience, '-q', ...args], { env, unstoppable: true });
    // The locks of the lists and of the archive know no time-out of their own.
    const isLockHeld = /Could not get lock|Unable to lock/.test(result.output);
    if (result.code === 0 || !isLockHeld || Date.now() - since > lockPatienceMilliseconds) return result;
    await pause(2000);
  }
}
