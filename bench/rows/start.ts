import { join } from 'node:path';
import type { Progress } from '../../test/fleet/sim/progress';
import { freePort } from '../../test/services/ports';
import { repository } from '../../test/services/repository';
import { alternate } from '../alternate';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { inOneLine, onFerretDb } from '../ferretdb';
import type { Outcome, Row } from '../row';
import { type Start, started } from '../started-program';

const ROUNDS = 5;
const MOST = { atMost: 1.5 };
const EMPTY = join(repository, 'bench', 'processes', 'empty-application.cjs');

export const start: Row = {
  number: 13,
  title: 'Start of each process, to ready',
  against: 'an empty Nest application that loads the same files of the same packages',
  reach: `${MOST.atMost} × its time at the most`,
  how:
    'From the call that starts the process to the line on its output that says that it is ready. Worker, api and ' +
    'monitor wait for no broker and get none; api and monitor get a FerretDB, which they would ask for two seconds ' +
    'where nobody answers; the worker gets no Engine, standalone that of the machine. Which files of packages a program ' +
    'loads until it is ready is heard once, in a start that is not counted.',
  cannot: async () => undefined,
  run: (progress) => inFolder((folder) => run(progress, folder)),
};

async function run(progress: Progress, folder: string): Promise<Outcome> {
  const outcome: Measured = { series: [], comparisons: [], notes: [] };
  const measure = async (programs: Record<string, Start>): Promise<void> => {
    for (const [name, program] of Object.entries(programs)) {
      await compared(progress, name, program, folder, outcome).catch((error: unknown) => {
        outcome.notes.push(`Without ${name}: ${inOneLine(error)}`);
      });
    }
  };
  const [address, port] = [`127.0.0.1:${await freePort()}`, await freePort()];
  await onFerretDb(progress, folder, (url) => measure(storing(url, address, port))).catch((error: unknown) => {
    outcome.notes.push(`Without api and monitor, for want of FerretDB: ${inOneLine(error)}`);
  });
  await measure(others(address, port));
  return outcome;
}

type Measured = Required<Omit<Outcome, 'plot'>>;

async function compared(
  progress: Progress,
  name: string,
  program: Start,
  folder: string,
  { series, comparisons }: Measured,
): Promise<void> {
  const { packages } = await started(program, folder, true);
  const empty = { file: EMPTY, args: packages, ready: 'ready' };
  const samplers = [program, empty].map((each) => async () => (await started(each, folder)).milliseconds);
  await alternate(progress, `${name}, first starts`, 1, samplers);
  const [ours, bare] = await alternate(progress, `starts of ${name}`, ROUNDS, samplers);
  series.push(
    { label: name, unit: 'ms', samples: ours! },
    { label: `empty application with the packages of ${name}`, unit: 'ms', samples: bare! },
  );
  comparisons.push(ratio(`start of ${name}`, ours!, bare!, MOST));
}

const listening = (port: number) => ({
  API_HOST: '127.0.0.1',
  API_PORT: String(port),
  BASIC_AUTH_PASSWORD: 'open-sesame-1',
});

/** @param away host:port where nobody listens */
function storing(mongoUrl: string, away: string, port: number): Record<string, Start> {
  const servers = { MONGO_URL: mongoUrl, RABBIT_URL: `amqp://${away}` };
  return {
    api: { file: mainOf('api'), ready: 'Listens at', env: { ...listening(port), ...servers } },
    monitor: { file: mainOf('monitor'), ready: 'Takes reports in', env: servers },
  };
}

function others(away: string, port: number): Record<string, Start> {
  const lonely = { RABBIT_URL: `amqp://${away}`, APP_NAME: '*', DOCKER_HOST: `tcp://${away}`, HOST_ID: 'bench' };
  const standalone = { ...listening(port), INSTALLATION: 'bench' };
  return {
    worker: { file: mainOf('worker'), ready: 'Works on this host', env: lonely },
    standalone: { file: mainOf('standalone'), ready: 'API and Swagger UI', env: standalone },
  };
}

const mainOf = (name: string): string => join(repository, 'dist', 'apps', name, 'src', 'main.js');
