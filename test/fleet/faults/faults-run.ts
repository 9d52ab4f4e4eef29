import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Seeded } from '../../live/seeded';
import { Fleet } from '../fleet';
import { addBystanders } from './bystanders';
import { appsOf, pushImages } from './apps';
import { converge, untilTold } from './checks';
import type { Fault } from './fault';
import { keepLogs } from './logs';
import { nameOf, orderOf, type Step } from './order';
import type { Pace } from './pace';
import { PatientClient } from './patient-client';
import { Record } from './record';
import { type Outcome, takeStep } from './round';
import { Scene } from './scene';
import { Tap } from './tap';

export interface RunOptions {
  /** Where the fleet is, and the logs of one that was broken. */
  folder: string;
  seed: number;
  faults: readonly Fault[];
  pace: Pace;
  /** No further fault is begun when this time is up. */
  seconds: number;
  /** How many faults at the most; default: as many as there is time for. */
  steps?: number;
  hosts?: number;
  say: (what: string) => void;
}

/** Faults in a seeded order on a fleet of its own, until the time is up. Rejects with what was broken, and how to repeat it. */
export async function runFaults(options: RunOptions): Promise<Outcome[]> {
  const { folder, seed, hosts = 3, say } = options;
  const until = performance.now() + options.seconds * 1000;
  const taken: Step[] = [];
  say(`seed ${seed}: starting ${hosts} hosts`);
  const place = join(folder, 'fleet');
  await mkdir(place, { recursive: true, mode: 0o700 });
  const fleet = await Fleet.start({ folder: place, hosts, registry: true });
  try {
    const scene = await setScene(fleet, await runFolder(place), options);
    try {
      return await takeSteps(scene, options, until, taken);
    } finally {
      await scene.tap.close();
    }
  } catch (error) {
    const logs = await keepLogs(fleet, await runFolder(place), join(folder, `broken-${seed}`));
    const order = taken.map(nameOf).join(' ');
    throw new Error(`${(error as Error).message}\nseed ${seed}, faults so far: ${order}\nlogs: ${logs}`, {
      cause: error,
    });
  } finally {
    await fleet.stop();
  }
}

async function takeSteps(scene: Scene, options: RunOptions, until: number, taken: Step[]): Promise<Outcome[]> {
  const { faults, steps = Infinity, say } = options;
  const outcomes: Outcome[] = [];
  const chance = new Seeded(options.seed);
  while (outcomes.length < steps && performance.now() < until) {
    for (const step of orderOf(faults, chance)) {
      if (outcomes.length >= steps || performance.now() + step.fault.seconds * 1000 > until) continue;
      taken.push(step);
      say(`${outcomes.length + 1}. ${nameOf(step)}`);
      const outcome = await takeStep(scene, step);
      outcomes.push(outcome);
      say(`  converged in ${inSeconds(outcome.convergedMs)}, told in ${inSeconds(outcome.toldMs)}`);
    }
  }
  return outcomes;
}

async function setScene(fleet: Fleet, runs: string, { seed, pace, say }: RunOptions): Promise<Scene> {
  const { registry } = fleet;
  const [first] = fleet.hosts;
  if (!registry || !first) throw new Error('the faults need hosts and a registry');
  await Promise.all([pushImages(registry, first), ...fleet.hosts.map(addBystanders)]);
  const record = new Record();
  const client = new PatientClient(fleet.access, record);
  const tap = new Tap(fleet.broker, fleet.access.rabbit);
  const scene = new Scene(
    fleet,
    runs,
    registry,
    client,
    record,
    tap,
    pace,
    new Seeded(seed),
    new Seeded(seed + 1),
    say,
  );
  await tap.open();
  const apps = appsOf(registry);
  for (const app of apps) await client.create(app);
  await client.list(apps.map(({ name }) => name));
  const took = await converge(scene, performance.now());
  await untilTold(scene);
  say(`${apps.length} apps run after ${inSeconds(took)}`);
  return scene;
}

/** A fleet's files are in a folder with a random name in the one that it was given. */
async function runFolder(folder: string): Promise<string> {
  const run = (await readdir(folder)).find((name) => name.startsWith('run-'));
  return join(folder, run ?? '');
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
