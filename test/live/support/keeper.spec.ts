import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { Keeper } from './keeper';

const folder = () => mkdtemp(join(tmpdir(), 'nebula-keeper-'));

describe('a keeper', () => {
  test('removes what was made when it is released, once', async () => {
    const made = await folder();
    const keeper = Keeper.start('rm -rf "$1"', made);
    expect(existsSync(made)).toBe(true);
    await keeper.release();
    await keeper.release();
    expect(existsSync(made)).toBe(false);
  });

  test('says why it could not', async () => {
    await expect(Keeper.start('echo busy >&2; exit 3').release()).rejects.toThrow('(3): busy');
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('removes it when the test process ends by %s', async (signal) => {
    const made = await folder();
    const script = `
      const { Keeper } = require(process.argv[1]);
      Keeper.start('rm -rf "$1"', process.argv[2]);
      console.log('started');
      setInterval(() => {}, 1000);`;
    const owner = spawn('node', ['-e', script, join(__dirname, 'keeper.ts'), made], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    owner.kill(signal);
    await eventually(() => !existsSync(made));
    await rm(made, { recursive: true, force: true });
  });
});
