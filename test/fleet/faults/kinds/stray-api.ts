import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../services/ports';
import { repository } from '../../../services/repository';
import { FleetProgram } from '../../fleet-program';

const LOOPBACK = '127.0.0.1';

/** Starts one more api, with the settings of the first and a database of its own, which is empty. */
export async function strayApi(fleetFolder: string, database: string) {
  const written = await readFile(join(fleetFolder, 'api-1', 'settings.env'), 'utf8');
  const settings = Object.fromEntries(
    written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const port = await freePort(LOOPBACK);
  const url = `http://${LOOPBACK}:${port}`;
  const folder = join(fleetFolder, `api-${database}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const program = await FleetProgram.create({
    name: `api-${database}`,
    folder,
    file: join(repository, 'dist', 'apps', 'api', 'src', 'main.js'),
    settings: { ...settings, API_PORT: String(port), SCHEMA_NAME: database },
    isReady: async () => (await fetch(`${url}/health/live`)).ok,
  });
  try {
    await program.start();
    return { program, url };
  } catch (error) {
    await program.remove();
    throw error;
  }
}
