import { join } from 'node:path';
import type { Progress } from '../../test/fleet/sim/progress';
import { alternate } from '../alternate';
import { APP_OF_CONNECTION, appName, ApiUnderLoad, AUTHORIZATION, CONNECTIONS } from '../api-under-load';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { BenchProcess } from '../processes/bench-process';
import type { Listening } from '../processes/listening';
import type { LoadFigures } from '../processes/load';
import type { Outcome, Row } from '../row';

const ROUNDS = 5;
const SAMPLE_MS = 2000;
const LEAST_RATE = { atLeast: 0.7 };
const MOST_P99 = { atMost: 2 };

export const reads: Row = {
  number: 9,
  title: 'Reads of an app through the api',
  against: 'a bare Nest handler on Fastify that returns the same bytes, with no authentication and no store',
  reach: `${LEAST_RATE.atLeast} of its requests per second, ${MOST_P99.atMost} × its p99 at the most`,
  how:
    `${CONNECTIONS} connections, each asking for an app of its own as soon as the last answer is there, for ` +
    `${SAMPLE_MS / 1000} s a sample; the server, what it is compared with, and the sender are a process each. The api is ` +
    'the one that standalone has: embedded store, bus in the process, without worker and monitor. It is asked with ' +
    'user and password, and with the token.',
  cannot: async () => undefined,
  run: (progress) => inFolder((folder) => run(progress, folder)),
};

async function run(progress: Progress, folder: string): Promise<Outcome> {
  const api = await ApiUnderLoad.start({ folder: join(folder, 'store') });
  const body = await api.document(appName(0));
  const { process: bare, ready } = await BenchProcess.start<Listening>('bare-api', { body });
  try {
    const request = { method: 'GET', path: APP_OF_CONNECTION, milliseconds: SAMPLE_MS };
    const samplers = [
      () => api.load({ ...request, url: api.url, headers: { authorization: AUTHORIZATION.basic } }),
      () => api.load({ ...request, url: api.url, headers: { authorization: AUTHORIZATION.token } }),
      () => api.load({ ...request, url: ready.url, headers: {} }),
    ];
    await alternate(progress, 'first reads', 1, samplers);
    return outcomeOf(await alternate(progress, 'reads', ROUNDS, samplers), api.notes());
  } finally {
    await Promise.all([api.stop(), bare.stop()]);
  }
}

const WHO = ['api, user and password', 'api, token', 'bare handler'] as const;

function outcomeOf(taken: LoadFigures[][], notes: string[]): Outcome {
  const rates = taken.map((samples) => samples.map(({ perSecond }) => perSecond));
  const p99s = taken.map((samples) => samples.map(({ p99 }) => p99));
  const series = (unit: string, all: number[][]) =>
    all.map((samples, index) => ({ label: WHO[index]!, unit, samples }));
  const compared = [0, 1].flatMap((index) => [
    ratio(`requests per second: ${WHO[index]}`, rates[index]!, rates[2]!, LEAST_RATE),
    ratio(`p99: ${WHO[index]}`, p99s[index]!, p99s[2]!, MOST_P99),
  ]);
  return { series: [...series('requests/s', rates), ...series('ms, p99', p99s)], comparisons: compared, notes };
}
