import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { idsOf, look, namesOf, runs } from './look';
import { Nebula, removeAll } from './nebula';
import { afterSweeps } from './rest';
import { steadyImage } from './steady';
import { eventually } from './support/eventually';

jest.setTimeout(60_000);
const APP = 'live-copied';
const PORT = 22_180;
const SETTINGS = { SWEEP_INTERVAL_SECONDS: '1', REPORT_INTERVAL_SECONDS: '1' };

let nebula: Nebula;
let image: string;
/** Ids of what Nebula did not make. */
const bystanders = new Map<string, string>();

beforeAll(async () => {
  nebula = await Nebula.start('copies', { settings: SETTINGS });
  image = await steadyImage(nebula);
  await nebula.apps.create({ name: APP, image, containersPer: { host: 2 }, ports: [{ host: PORT, container: 80 }] });
});

afterAll(() => removeAll(nebula));

/** What a UI does that copies a container: all its labels, and what its person changed. @param hoursOlder its mark */
async function copy(of: string, name: string, args: string[], hoursOlder = 0): Promise<string> {
  const { Labels } = (await nebula.docker.inspect(of)).Config;
  const made = new Date(Date.parse(Labels['nebula.made'] ?? '') - hoursOlder * 3_600_000).toISOString();
  const labels = Object.entries({ ...Labels, 'nebula.made': made }).flatMap(([key, value]) => [
    '--label',
    `${key}=${value}`,
  ]);
  return stranger(name, ['run', '--detach', '--network', 'nebula', ...labels, ...args], image);
}

async function stranger(name: string, command: string[], of: string): Promise<string> {
  const [verb = '', ...args] = command;
  const id = await nebula.docker.run([verb, '--name', name, '--label', nebula.label, ...args, of]);
  bystanders.set(name, id);
  return id;
}

const status = () => nebula.apps.status(APP);
const converged = (within = 20_000) =>
  eventually(async () => (await status()).rollout.converged === 1, { within, every: 100 });
const own = async () => (await look(nebula, APP)).filter(({ Id }) => ![...bystanders.values()].includes(Id));

/** None of them was removed, renamed, stopped or started, and all are listed. */
async function expectBystanders(): Promise<void> {
  await afterSweeps(nebula);
  for (const [name, id] of bystanders) {
    const seen = await nebula.docker.inspect(name);
    expect([name, seen.Id, seen.State.Status]).toEqual([name, id, name.endsWith('made') ? 'created' : 'running']);
    expect(seen.RestartCount).toBe(0);
  }
  const rows = await nebula.apps.containers(APP);
  const kept = rows.filter((row) => row.kept === 'copied').map((row) => row.name);
  expect(kept.toSorted()).toEqual([...bystanders.keys()].toSorted());
}

test('copies and containers of committed images are left alone beside what they were made of, and listed', async () => {
  const originals = idsOf(await own());
  await copy(`${APP}-1`, 'live-twin', ['--env', 'DEBUG=1']);
  await copy(`${APP}-2`, 'live-older', [], 1);
  const committed = nebula.named('committed:1');
  await nebula.docker.run(['commit', `${APP}-1`, committed]);
  await stranger('live-run', ['run', '--detach', '--network', 'none'], committed);
  await stranger('live-made', ['create', '--network', 'none'], committed);
  await nebula.docker.run(['rename', `${APP}-1`, 'live-elsewhere']);
  await eventually(async () => namesOf(await own()).includes(`${APP}-1`));
  await expectBystanders();
  await converged();

  await nebula.kill9();
  await rm(join(nebula.dataFolder, 'worker.json'));
  await nebula.start();
  await converged();
  await expectBystanders();
  expect(idsOf(await own())).toEqual(originals);
});

test('a container that is made of such an image is ours, also after kill -9 of the program', async () => {
  await nebula.apps.patch(APP, { image: nebula.named('committed:1'), pullPolicy: 'never' });
  const made = idsOf(await own());
  await nebula.kill9();
  await nebula.start();
  await converged();
  expect(idsOf(await own())).toEqual(made);
  await expectBystanders();
});

test('copies that have the name and the port of what is gone fail the app, which comes when they go', async () => {
  await nebula.kill9();
  await nebula.docker.run(['rm', '--force', `${APP}-1`, `${APP}-2`]);
  await nebula.docker.run(['rename', 'live-twin', `${APP}-1`]);
  bystanders.set(`${APP}-1`, bystanders.get('live-twin')!);
  bystanders.delete('live-twin');
  await copy('live-older', 'live-holder', ['--publish', `${PORT + 1}:80`]);
  await nebula.start();
  await eventually(async () =>
    expect((await status()).failures).toEqual([expect.objectContaining({ reason: 'copied' })]),
  );
  const { failures } = await status();
  expect(failures[0]?.examples[0]?.error).toContain(`container name "${APP}-1" is held by container "${APP}-1"`);
  await expectBystanders();

  await nebula.docker.run(['rm', '--force', `${APP}-1`]);
  bystanders.delete(`${APP}-1`);
  await eventually(async () => {
    const [failure] = (await status()).failures;
    expect(failure).toMatchObject({ reason: 'copied' });
    expect(failure?.examples[0]?.error).toContain(`host port ${PORT + 1}/tcp is held by container "live-holder"`);
  });
  await nebula.docker.run(['rm', '--force', 'live-holder']);
  bystanders.delete('live-holder');
  const since = performance.now();
  await converged();
  process.stdout.write(`\n  converged ${(performance.now() - since).toFixed(0)} ms after the last copy had gone\n\n`);
  expect((await own()).every(runs)).toBe(true);
});

test('nor are they touched when the app is stopped and deleted, and the log says what was removed', async () => {
  const [first] = idsOf(await own());
  await nebula.apps.order(APP, 'stop');
  await expectBystanders();
  expect(nebula.output).toContain(`Removed container "${APP}-1" (${first?.slice(0, 12)}) of app "${APP}", generation`);
  await nebula.apps.delete(APP);
  await expectBystanders();
  expect(idsOf(await own())).toEqual([]);
});
