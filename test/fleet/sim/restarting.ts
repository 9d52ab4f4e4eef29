import { setTimeout as pause } from 'node:timers/promises';
import { answers } from '../../services/ports';
import type { RestartFigures } from './figures';
import { mostInASecond, PATIENCE_MS, spreads } from './joining';
import { Meter } from './meter';
import type { Progress } from './progress';
import { APP, type Stage } from './stage';
import { untilSaid } from './status';

const AWAY_MS = 3_000;

/** Kills the broker, makes a change meanwhile, and starts it: all hosts lost it in the same instant. */
export async function restartBroker(stage: Stage, generation: number, progress: Progress): Promise<RestartFigures> {
  const { broker, pool, moments, api } = stage;
  const meter = await Meter.start(stage);
  await broker.kill();
  const hosts = pool.hosts;
  const connected = moments.watch('connected', hosts);
  const answered = moments.watch('answered', hosts);
  const converged = moments.watch('converged', hosts, generation);
  // As long as it takes until every host has seen it go, and tries.
  await progress.during('the broker is away', pause(AWAY_MS));
  await api.change(APP, String(generation));
  const opened = untilOpen(broker.port);
  await progress.during('the broker starts', broker.start());
  const at = await opened;
  await stage.hearAgain();
  const all = Promise.all([connected, answered, converged].map((watched) => watched.all(PATIENCE_MS)));
  const far = () => `${connected.count} connected, ${answered.count} answered, ${converged.count} converged`;
  await progress.during(`${hosts.length} hosts come back`, all, far);
  const said = untilSaid(stage, at, (counts) => counts.converged === hosts.length);
  const statusSays = await progress.during('until the api says so', said);
  return {
    hosts: hosts.length,
    ...spreads({ connected, answered, converged }, at),
    statusSays,
    mostInASecond: mostInASecond(connected.since(at)),
    cost: await meter.stop(false),
  };
}

async function untilOpen(port: number): Promise<number> {
  while (!(await answers('127.0.0.1', port, ''))) await pause(20);
  return Date.now();
}
