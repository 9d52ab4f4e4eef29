import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HostFile } from './host-file';

interface Data {
  text: string;
}
const check = (value: unknown): Data | undefined =>
  typeof (value as Data | null)?.text === 'string' ? (value as Data) : undefined;

describe("the worker's file", () => {
  let folder: string;
  let path: string;
  let errors: unknown[];
  const fileOf = (current: () => Data): HostFile<Data> =>
    new HostFile(path, current, (error) => void (error && errors.push(error)));
  const load = (): Promise<Data | undefined> => HostFile.load(path, check);
  const mode = async (of: string): Promise<number> => (await stat(of)).mode & 0o777;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nebula-host-file-'));
    path = join(folder, 'data', 'worker.json');
    errors = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what was saved, to its owner only', async () => {
    expect(await load()).toBeUndefined();
    await fileOf(() => ({ text: 'one' })).save();
    expect(await load()).toEqual({ text: 'one' });
    expect(await mode(path)).toBe(0o600);
    expect(await mode(join(folder, 'data'))).toBe(0o700);
  });

  it("is its owner's only, whatever was there before", async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(`${path}.new`, 'left by a kill', { mode: 0o644 });
    await writeFile(path, '{}', { mode: 0o644 });
    await chmod(`${path}.new`, 0o644);
    await fileOf(() => ({ text: 'one' })).save();
    expect(await mode(path)).toBe(0o600);
  });

  it('collapses saves that come while one is written into one more, with the newest', async () => {
    let made = 0;
    let newest = 0;
    const file = fileOf(() => ({ text: `${++made}: ${newest}` }));
    const saves = [file.save()];
    for (newest = 1; newest < 100; newest++) saves.push(file.save());
    await Promise.all(saves);
    expect(await load()).toEqual({ text: '2: 100' });
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('misses no save that comes %i turns after another one failed', async (turns) => {
    let broken = true;
    let saved: Promise<void> | undefined;
    const current = (): Data => {
      if (broken) throw new Error('no data');
      return { text: 'new' };
    };
    const file: HostFile<Data> = new HostFile(path, current, (error) => {
      if (error === undefined) return;
      let soon = Promise.resolve();
      for (let turn = 0; turn < turns; turn++) soon = soon.then(() => undefined);
      void soon.then(() => {
        broken = false;
        saved = file.save();
      });
    });
    await file.save();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    await saved;
    expect(await load()).toEqual({ text: 'new' });
  });

  it.each([
    ['half a text', '{"text":"on'],
    ['another shape', '{"version":7}'],
    ['nothing', ''],
    ['null', 'null'],
  ])('is put aside when it holds %s, and does not stop the worker', async (_, text) => {
    await mkdir(join(folder, 'data'));
    await writeFile(path, text);
    expect(await load()).toBeUndefined();
    expect(await readFile(`${path}.unreadable`, 'utf8')).toBe(text);
    await fileOf(() => ({ text: 'new' })).save();
    expect(await load()).toEqual({ text: 'new' });
  });

  it('is put aside when something else has its place', async () => {
    await mkdir(path, { recursive: true });
    expect(await load()).toBeUndefined();
    await fileOf(() => ({ text: 'new' })).save();
    expect(await load()).toEqual({ text: 'new' });
  });

  it('tells what hinders it, and goes on with the next save', async () => {
    await writeFile(join(folder, 'data'), 'no folder');
    let broken = false;
    const file = fileOf(() => {
      if (broken) throw new Error('no data');
      return { text: 'one' };
    });
    await file.save();
    expect(errors).toMatchObject([{ code: 'EEXIST' }]);
    await rm(join(folder, 'data'));
    broken = true;
    await file.save();
    expect(errors).toMatchObject([{ code: 'EEXIST' }, { message: 'no data' }]);
    broken = false;
    await file.save();
    expect(await load()).toEqual({ text: 'one' });
  });

  it('is whole at every instant, whenever its writer is killed', async () => {
    for (const saves of [1, 2, 5, 9]) {
      await killAfter(saves, path);
      const { text } = (await load())!;
      expect(text).toMatch(/^(\d+ )\1{9999}$/);
      expect(parseInt(text)).toBeGreaterThanOrEqual(saves - 1);
    }
  }, 30_000);
});

/** A process that does nothing but save, each time something else, until it is killed in the middle of it. */
async function killAfter(saves: number, path: string): Promise<void> {
  const program = `
    import { HostFile } from ${JSON.stringify(join(__dirname, 'host-file.ts'))};
    let count = 0;
    const file = new HostFile(${JSON.stringify(path)}, () => ({ text: (count + ' ').repeat(10_000) }), (e) => { if (e) throw e; });
    for (;; count++) { await file.save(); process.stdout.write('saved\\n'); }
  `;
  const args = ['--experimental-transform-types', '--no-warnings', '--input-type=module', '-e', program];
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = 0;
  createInterface(writer.stdout).on('line', () => {
    if (++said === saves) writer.kill('SIGKILL');
  });
  expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL']);
}
