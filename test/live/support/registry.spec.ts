import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Docker } from './docker';
import { OwnEngine } from './engine';
import { OwnRegistry } from './registry';

const minute = 60_000;
const docker = new Docker();
let registry: OwnRegistry;

beforeAll(async () => {
  registry = await OwnRegistry.create();
  const busybox = execFileSync('tar', ['-c', '-C', '/bin', 'busybox'], { maxBuffer: 16 << 20 });
  await docker.run(['import', '-', registry.image('own:1')], { input: busybox });
}, minute);

afterAll(async () => {
  await docker.run(['rmi', registry.image('own:1')]);
  await registry.remove();
}, minute);

describe("a registry of a test's own", () => {
  test('takes and gives images to those with its password only', async () => {
    await expect(docker.run(['push', registry.image('own:1')])).rejects.toThrow('no basic auth credentials');
    const known = docker.withLogins(registry.logins);
    await known.run(['push', registry.image('own:1')]);
    await known.run(['pull', registry.image('own:1')]);
  });

  test('keeps its images and its address while it is away', async () => {
    const known = docker.withLogins(registry.logins);
    await known.run(['push', registry.image('own:1')]);
    await registry.away();
    await expect(known.run(['pull', registry.image('own:1')])).rejects.toThrow('connection refused');
    await registry.back();
    await known.run(['pull', registry.image('own:1')]);
  });

  test(
    "serves an Engine of a test's own, over its cable",
    async () => {
      const engine = await OwnEngine.create({ linked: true });
      try {
        const other = await OwnRegistry.create({ address: engine.link?.machine });
        await engine.docker.run(['import', '-', other.image('own:1')], {
          input: execFileSync('tar', ['-cT', '/dev/null']),
        });
        await engine.docker.withLogins(other.logins).run(['push', other.image('own:1')]);
        await other.remove();
      } finally {
        await engine.remove();
      }
    },
    minute,
  );

  test('leaves neither process nor folder', async () => {
    const other = await OwnRegistry.create();
    await other.remove();
    expect(existsSync(dirname(other.logins))).toBe(false);
    await expect(fetch(`http://${other.host}/v2/`)).rejects.toThrow();
  });
});
