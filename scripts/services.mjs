import { hasCommand } from './command.mjs';
import { installDebianPackages, isDebianLike, isRoot, isSystemdRunning, missingPackages } from './debian.mjs';
import { run } from './command.mjs';
import { Refusal } from './refusal.mjs';

/** What the live tests start or call on this machine. */
const debianPackages = ['busybox-static', 'docker-registry', 'apache2-utils', 'iproute2', 'iptables', 'jq'];

/** Installs what the live tests need and this machine lacks. */
export async function installServices(say) {
  const missing = [...(await missingPackages(debianPackages)), ...missingDockerPackages()];
  if (missing.length === 0) return;
  if (!isRoot() || !(await isDebianLike())) {
    throw new Refusal(`the live tests need ${missing.join(', ')}: install them (done by itself on Debian as root)`);
  }
  say(`installing ${missing.join(', ')}`);
  await installDebianPackages(missing);
  // Debian starts a service with its package; the tests start a registry of their own, on a port of their own.
  if (missing.includes('docker-registry') && (await isSystemdRunning())) {
    await run('systemctl', ['disable', '--now', 'docker-registry']);
  }
}

/** An Engine of another maker will do; newer Debian releases have the command line in a package of its own. */
function missingDockerPackages() {
  if (!hasCommand('dockerd')) return ['docker.io', 'ca-certificates'];
  return hasCommand('docker') ? [] : ['docker-cli'];
}
