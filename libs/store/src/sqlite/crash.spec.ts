import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SqliteAppStore } from './sqlite-app-store';
import { SqliteDatabase } from './sqlite-database';

const CHILD = join(__dirname, 'fixtures', 'append-for-ever.mjs');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nebula-crash-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** @returns the newest generation of each name that was acknowledged before the kill */
async function appendUntilKilled(afterLines: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<string, number>();
  const lines = createInterface(child.stdout);
  let count = 0;
  lines.on('line', (line) => {
    const [name = '', generation] = line.split(' ');
    acknowledged.set(name, Number(generation));
    if (++count === afterLines) child.kill('SIGKILL');
  });
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

it('every generation that was acknowledged is there after kill -9, with no gap, and the next start goes on', async () => {
  for (const afterLines of [1, 50, 333, 700]) {
    const acknowledged = await appendUntilKilled(afterLines);
    const database = SqliteDatabase.open(folder);
    const store = new SqliteAppStore(database);
    for (const [name, generation] of acknowledged) {
      const kept = (await store.generations(name, { limit: 100_000 })).map((entry) => entry.generation);
      expect(kept[0]).toBeGreaterThanOrEqual(generation);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => kept.length - index));
    }
    database.close();
  }
}, 60_000);
