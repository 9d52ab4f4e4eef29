import { readFile } from 'node:fs/promises';
import { idsOf, look } from './look';
import { Nebula, removeAll } from './nebula';
import { steadyImage } from './steady';
import { OwnEngine } from './support/engine';
import { eventually } from './support/eventually';

jest.setTimeout(120_000);
const APP = 'live-limits';

let engine: OwnEngine;
let nebula: Nebula;

beforeAll(async () => {
  engine = await OwnEngine.create({ withoutMemoryLimits: true, tellsCalls: true });
  const settings = { REPORT_INTERVAL_SECONDS: '1', SWEEP_INTERVAL_SECONDS: '1' };
  nebula = await Nebula.start('limits', { engine: engine.host, settings });
});

/** How often the Engine was asked for this. */
async function calls(what: string): Promise<number> {
  return (await readFile(engine.log, 'utf8')).split(`Calling ${what}`).length - 1;
}

afterAll(async () => {
  if (nebula) await removeAll(nebula);
  await engine?.remove();
});

test('an Engine without memory limits is told of and given no second container; what a hand changes is repaired each time', async () => {
  const image = await steadyImage(nebula);
  const created: string[] = [];
  const { rollout } = await nebula.apps.create({ name: APP, image, resources: { memoryMiB: 64, cpus: 1 } });
  expect(rollout).toMatchObject({ converged: 1, failed: 0 });
  const [container] = await look(nebula, APP);
  expect(container!.HostConfig.Memory).toBe(0);
  created.push(container!.Id);

  const { warnings } = await nebula.apps.status(APP);
  expect(warnings.map(({ text, hosts }) => [text, hosts])).toEqual(
    expect.arrayContaining([
      ['the Engine does not keep the memory limit', 1],
      [expect.stringMatching(/^the Engine says: .*memory limit/), 1],
    ]),
  );

  for (const cpus of ['0.5', '0.5']) {
    await engine.docker.run(['update', '--cpus', cpus, created.at(-1)!]);
    await eventually(async () => !idsOf(await look(nebula, APP)).includes(created.at(-1)!));
    await eventually(async () => (await nebula.apps.status(APP)).rollout.converged === 1);
    const [repaired] = await look(nebula, APP);
    expect(repaired!.HostConfig.NanoCpus).toBe(1e9);
    created.push(repaired!.Id);
  }

  // One sweep in ten asks for every container.
  const before = await calls('GET /info');
  await eventually(async () => (await calls('GET /info')) > before + 11, { within: 40_000 });
  expect(await calls('POST /containers/create')).toBe(created.length);
  expect(idsOf(await look(nebula, APP))).toEqual(created.slice(-1));
});
