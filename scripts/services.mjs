import { hasCommand, run } from './command.mjs';
import { installWithoutStarting, isDebianLike, isRoot, isSystemdRunning, missingPackages } from './debian.mjs';
import { Refusal } from './refusal.mjs';

/** What the live tests start or call on this machine. */
const debianPackages = [
  'busybox-static',
  'docker-registry',
  'apache2-utils',
  'iproute2',
  'iptables',
  'jq',
  'rabbitmq-server',
  'haproxy',
  'openssl',
  'libfaketime',
];

/** What Debian starts with this machine once those are installed; the tests start their own, on ports of their own. */
const unwanted = {
  'docker-registry': ['docker-registry'],
  'rabbitmq-server': ['rabbitmq-server', 'epmd.socket', 'epmd'],
  haproxy: ['haproxy'],
};

/** Installs what the live tests need and this machine lacks. */
export async function installServices(say) {
  const missing = [...(await missingPackages(debianPackages)), ...missingDockerPackages()];
  if (missing.length === 0) return;
  if (!isRoot() || !(await isDebianLike())) {
    throw new Refusal(`the live tests need ${missing.join(', ')}: install them (done by itself on Debian as root)`);
  }
  say(`installing ${missing.join(', ')}`);
  await installWithoutStarting(missing);
  const services = missing.flatMap((name) => unwanted[name] ?? []);
  if (await isSystemdRunning()) for (const service of services) await run('systemctl', ['disable', '--now', service]);
}

/** An Engine of another maker will do; newer Debian releases have the command line in a package of its own. */
function missingDockerPackages() {
  if (!hasCommand('dockerd')) return ['docker.io', 'ca-certificates'];
  return hasCommand('docker') ? [] : ['docker-cli'];
}
