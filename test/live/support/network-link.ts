import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';

export const command = promisify(execFile);

/** A cable between a network namespace and this machine's own: what either end is called by the other. */
export interface NetworkLink {
  /** The address of this machine, as the namespace sees it. */
  machine: string;
  /** The address of the namespace, as this machine sees it. */
  inside: string;
  /** Both, as a subnet. */
  subnet: string;
}

/** Lays the cable; it goes when the namespace does. `name` becomes the interface on this machine's side. */
export async function layLink(namespace: string, name: string): Promise<NetworkLink> {
  const link = await freeSubnet();
  await command('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
  await command('ip', ['addr', 'add', `${link.machine}/30`, 'dev', name]);
  await command('ip', ['link', 'set', name, 'up']);
  await command('ip', ['-n', namespace, 'addr', 'add', `${link.inside}/30`, 'dev', 'eth0']);
  await mendLink(namespace, link);
  return link;
}

/** On the inner side: a route that is lost on this machine's side would send what is meant for the test elsewhere. */
export async function cutLink(namespace: string): Promise<void> {
  await command('ip', ['-n', namespace, 'link', 'set', 'eth0', 'down']);
}

export async function mendLink(namespace: string, link: NetworkLink): Promise<void> {
  await command('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
  await command('ip', ['-n', namespace, 'route', 'replace', 'default', 'via', link.machine]);
}

/** Bytes that the namespace has got through its cable. */
export async function receivedIn(namespace: string): Promise<number> {
  const { stdout } = await command('ip', ['-n', namespace, '-s', '-j', 'link', 'show', 'eth0']);
  const [shown] = JSON.parse(stdout) as { stats64: { rx: { bytes: number } } }[];
  return shown!.stats64.rx.bytes;
}

/** At random, so that test runs side by side hardly ever ask for the same one. */
async function freeSubnet(): Promise<NetworkLink> {
  const { stdout } = await command('ip', ['-o', '-4', 'addr', 'show']);
  for (;;) {
    const prefix = `10.98.${randomInt(256)}`;
    const first = randomInt(64) * 4;
    const link = {
      machine: `${prefix}.${first + 1}`,
      inside: `${prefix}.${first + 2}`,
      subnet: `${prefix}.${first}/30`,
    };
    if (!stdout.includes(`${link.machine}/`)) return link;
  }
}
